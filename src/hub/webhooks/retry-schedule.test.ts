import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { nextAttemptAt } from './retry-schedule.ts'

const now = Date.parse('2027-01-31T08:00:00Z')

test('waits longer after each failure, and not for ever', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => {
    const at = nextAttemptAt(attempts, now, null)
    return at === null ? null : (at - now) / 1000
  })
  deepEqual(waits, [5, 300, 1800, 7200, 18_000, 36_000, 36_000, null])
})

test('waits as long as it is asked to, within bounds, and never shorter', () => {
  const waitFor = (retryAfter: string) => (nextAttemptAt(1, now, retryAfter) ?? 0) - now
  equal(waitFor('120'), 120_000)
  equal(waitFor('Sun, 31 Jan 2027 08:10:00 GMT'), 600_000)
  equal(waitFor('999999999'), 36_000_000)
  for (const text of ['0', '-5', '1e9', 'soon', '', 'Sun, 31 Jan 2021 08:10:00 GMT', '9'.repeat(40)]) {
    equal(waitFor(text), 5000, text)
  }
  equal(nextAttemptAt(8, now, '120'), null)
})
