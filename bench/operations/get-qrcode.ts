import { deepEqual, match } from 'node:assert/strict'
import { authorizedPost, type Traffic } from '../load/traffic.ts'
import type { TrafficData } from './traffics.ts'

const scenes = 100

/** The address of a code that was made before (the warm-up makes them), for users in turn. */
export function getQrcodeTraffic({ tokens }: TrafficData): Traffic {
  const requests = tokens.map((token, person) => {
    const body = { page: 'pages/goods/detail', scene: `id=${1000 + (person % scenes)}` }
    return authorizedPost('/commcn/api/v1/weixin.get_qrcode', token, JSON.stringify(body))
  })
  return {
    request: (n) => requests[n % requests.length] ?? '',
    prefix: '{"url":"http://127.0.0.1:',
    check(_n, answer) {
      const { url, ...others } = answer as Record<string, unknown>
      match(String(url), /^http:\/\/127\.0\.0\.1:\d+\/qrcodes\/[0-9a-f]{64}$/)
      deepEqual(others, {})
    },
  }
}
