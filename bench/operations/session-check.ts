import { deepEqual } from 'node:assert/strict'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { benchApp } from '../upstream/bench-app.ts'
import { codeOf, openIdOf } from '../upstream/people.ts'
import type { TrafficData } from './traffics.ts'

/** "Whose session is this?", for 1,000 sessions in turn. */
export function sessionCheckTraffic({ tokens }: TrafficData): Traffic {
  const path = `/wx/mini/v1/${benchApp.appid}/openId`
  const requests = tokens.map((token) => getRequest(`${path}?token=${token}`))
  return {
    request: (n) => requests[n % requests.length] ?? '',
    prefix: '{"code":200,"msg":"ok","data":"oBench-',
    check(n, answer) {
      const data = openIdOf(codeOf(n % requests.length, 0))
      deepEqual(answer, { code: 200, msg: 'ok', data, success: true })
    },
  }
}
