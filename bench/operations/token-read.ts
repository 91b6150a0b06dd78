import { deepEqual } from 'node:assert/strict'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { accessToken, benchApp } from '../upstream/bench-app.ts'

/** The app's access token, for whoever knows its secret. */
export function tokenReadTraffic(): Traffic {
  const request = getRequest(`/wx/mini/v1/${benchApp.appid}/${benchApp.secret}/access_token`)
  return {
    request: () => request,
    prefix: '{"code":200,"msg":"ok","data":"',
    check: (_n, answer) => deepEqual(answer, { code: 200, msg: 'ok', data: accessToken, success: true }),
  }
}
