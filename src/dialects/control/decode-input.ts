import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { findSessionToken } from '../../http/session-token.ts'
import type { OpenDataInput } from '../../hub/open-data/open-data.ts'
import { toSignedText } from '../../hub/open-data/raw-data.ts'
import { ParameterMissing } from './errors.ts'
import type { decodeQuery } from './schemas.ts'

export type DecodeInput = { token: string; data: OpenDataInput }

/** In the document's order of checks: 1001, 1002, 1003. A `+` that travelled unescaped came as a space. */
export function readDecodeInput(
  request: FastifyRequest & { query: Static<typeof decodeQuery> },
): DecodeInput {
  const { query } = request
  const token = findSessionToken(request, query.sessionkey || query.token)
  if (token === null) throw new ParameterMissing('token')
  if (!query.encryptedData) throw new ParameterMissing('encrypted data')
  if (!query.iv) throw new ParameterMissing('iv')
  const signed = toSignedText(query.rawData, query.signature)
  return { token, data: { encryptedData: toBase64(query.encryptedData), iv: toBase64(query.iv), signed } }
}

function toBase64(text: string): string {
  return text.replaceAll(' ', '+')
}
