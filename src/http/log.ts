import { type DestinationStream, type Logger, pino } from 'pino'
import { HubError } from '../hub/errors.ts'

export type Log = Logger

/**
 * Lines of JSON. Errors are cut down to what is safe: a driver's error may carry the values of a row, an
 * HTTP client's the URL with its secrets.
 */
export function createLog(options: { level: string; destination?: DestinationStream }): Log {
  const { level, destination = pino.destination({ dest: 2, sync: true }) } = options
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: toLoggedError } },
    destination,
  )
}

type LoggedError = {
  name: string
  message: string
  code?: string
  errcode?: number
  rid?: string | null
  stack?: string
  cause?: LoggedError
}

function toLoggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error, message: 'not an error object' }
  const logged: LoggedError = { name: error.name, message: error.message }
  if ('code' in error && typeof error.code === 'string') logged.code = error.code
  if (error instanceof HubError && error.upstream !== null) {
    logged.errcode = error.upstream.errcode
    logged.rid = error.upstream.rid
  }
  const isUnexpected = !(error instanceof HubError) || error.code === 'internal'
  if (isUnexpected && depth === 0 && error.stack !== undefined) logged.stack = error.stack
  if (error.cause instanceof Error && depth < 3) logged.cause = toLoggedError(error.cause, depth + 1)
  return logged
}
