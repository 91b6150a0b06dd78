const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** How long after a failed attempt the next one is made; after the last there is none. */
const delaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour]

const longestDelayMs = 10 * hour

/**
 * When to try again after so many failed attempts; null: no more. A subscriber may ask for more time by
 * `Retry-After` (seconds or a date), up to the longest delay there is.
 */
export function nextAttemptAt(attempts: number, now: number, retryAfter: string | null): number | null {
  const delayMs = delaysMs[attempts - 1]
  if (delayMs === undefined) return null
  return now + Math.max(delayMs, Math.min(parseRetryAfter(retryAfter, now), longestDelayMs))
}

function parseRetryAfter(text: string | null, now: number): number {
  if (text === null) return 0
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * second : Date.parse(text) - now
  return Number.isFinite(ms) ? ms : 0
}
