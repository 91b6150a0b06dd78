import { deepEqual, equal } from 'node:assert/strict'
import { authorizedPost, type Traffic } from '../load/traffic.ts'
import { benchApp, benchKey } from '../upstream/bench-app.ts'
import { codeOf, openIdOf } from '../upstream/people.ts'
import type { TrafficData } from './traffics.ts'

/** What every back end asks for each of its requests, for 1,000 sessions in turn. */
export function sessionsVerifyTraffic({ tokens }: TrafficData): Traffic {
  const requests = tokens.map((token) =>
    authorizedPost('/api/v1/sessions/verify', benchKey, JSON.stringify({ token })),
  )
  return {
    request: (n) => requests[n % requests.length] ?? '',
    prefix: '{"active":true,',
    check(n, answer) {
      const { active, appId, openId, userId, expiresAt } = answer as Record<string, unknown>
      const wanted = openIdOf(codeOf(n % requests.length, 0))
      deepEqual([active, appId, openId], [true, benchApp.appid, wanted])
      equal(Number.isInteger(userId) && Number(expiresAt) > Date.now() / 1000, true)
    },
  }
}
