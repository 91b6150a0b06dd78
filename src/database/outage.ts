import { LogSyncError } from './log-sync.ts'

const systemErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** PostgreSQL: connection lost, no resources, stopped by an operator or a timeout, read-only after a failover. */
const sqlStates = /^(?:08...|53...|57P0.|57014|25006)$/
/** The driver's own errors have no code. */
const driverMessages = /^Connection terminated|^timeout exceeded when trying to connect|not queryable/
/** SQLite: busy, read-only, disk failure, full, cannot open. */
const sqliteErrors = new Set([5, 8, 10, 13, 14])

/** Whether a query failed because the database cannot serve now: nothing is wrong with the query itself. */
export function isOutage(error: unknown): boolean {
  if (error instanceof LogSyncError) return true
  if (!(error instanceof Error)) return false
  if ('errcode' in error) return sqliteErrors.has(Number(error.errcode) & 0xff)
  const code = 'code' in error ? String(error.code) : ''
  return systemErrors.has(code) || sqlStates.test(code) || (code === '' && driverMessages.test(error.message))
}
