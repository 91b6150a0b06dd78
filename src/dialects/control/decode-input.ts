import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { findSessionToken } from '../../http/session-token.ts'
import { ParameterMissing } from './errors.ts'
import type { decodeQuery } from './schemas.ts'

export type DecodeInput = { token: string; encryptedData: string; iv: string }

/** In the document's order of checks: 1001, 1002, 1003. A `+` that travelled unescaped came as a space. */
export function readDecodeInput(
  request: FastifyRequest & { query: Static<typeof decodeQuery> },
): DecodeInput {
  const { query } = request
  const token = findSessionToken(request, query.sessionkey || query.token)
  if (token === null) throw new ParameterMissing('token')
  if (!query.encryptedData) throw new ParameterMissing('encrypted data')
  if (!query.iv) throw new ParameterMissing('iv')
  return { token, encryptedData: toBase64(query.encryptedData), iv: toBase64(query.iv) }
}

function toBase64(text: string): string {
  return text.replaceAll(' ', '+')
}
