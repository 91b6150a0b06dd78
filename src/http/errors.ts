import { HubError } from '../hub/errors.ts'

/** The bytes of a body are no UTF-8, and so neither JSON nor a form. */
export class BodyNotUtf8 extends Error {}

/** Whatever was thrown, as a HubError: Fastify's own refusals by their meaning, all else as internal, unless the database is out. */
export function toHubError(error: unknown, isOutage: (error: unknown) => boolean): HubError {
  if (error instanceof HubError) return error
  if (error instanceof BodyNotUtf8) return new HubError('bad_request', 'the body is not UTF-8')
  const code = textProperty(error, 'code')
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HubError('body_too_large', 'the body is over 64 KiB')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new HubError('bad_request', 'the body is neither JSON nor a form')
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 400 && status < 500) return new HubError('bad_request', 'the request is malformed')
  if (isOutage(error)) {
    return new HubError('storage_unavailable', 'the database does not answer', { cause: error })
  }
  return new HubError('internal', 'an unexpected error', { cause: error })
}

function textProperty(error: unknown, name: string): string | null {
  if (typeof error !== 'object' || error === null) return null
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : null
}
