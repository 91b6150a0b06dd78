import type { FastifyRequest } from 'fastify'
import { HubError } from '../hub/errors.ts'

/** A preValidation hook: clients send WeChat's `rawData` as it is, a JSON text inside a JSON string. */
export async function unwrapJsonText(request: FastifyRequest): Promise<void> {
  if (typeof request.body !== 'string') return
  try {
    request.body = JSON.parse(request.body)
  } catch {
    throw new HubError('bad_request', 'the text in the body is not JSON')
  }
}
