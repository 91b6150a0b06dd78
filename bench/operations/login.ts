import { deepEqual, equal, match } from 'node:assert/strict'
import { postRequest, type Traffic } from '../load/traffic.ts'
import { codeOf, openIdOf } from '../upstream/people.ts'
import { persons } from './persons.ts'

/** A fresh code at each login, of one of 1,000 users. */
export function loginTraffic(): Traffic {
  return {
    request: (n) => postRequest('/commcn/api/v1/weixin.oauth', `{"jscode":"${codeFor(n)}"}`),
    prefix: '{"session_id":"',
    check(n, answer) {
      const { session_id, open_id, overdue_time, ...others } = answer as Record<string, unknown>
      match(String(session_id), /^[\w-]{43}$/)
      equal(open_id, openIdOf(codeFor(n)))
      equal(Math.abs(Number(overdue_time) - Date.now() / 1000 - 7200) < 60, true)
      deepEqual(others, {})
    },
  }
}

function codeFor(n: number): string {
  return codeOf(n % persons, n)
}
