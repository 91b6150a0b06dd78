import { deepEqual } from 'node:assert/strict'
import { authorizedPost, type Traffic } from '../load/traffic.ts'
import { benchKey } from '../upstream/bench-app.ts'

/** A bill that was never seen: looked up at WeChat Pay, adopted, then refunded in part. */
export function refundTraffic(): Traffic {
  return {
    request(n) {
      const body = JSON.stringify({ billId: `bench-bill-${n}`, refundFee: 100 })
      return authorizedPost('/commcn/api/v1/weixin.refund_pay', benchKey, body)
    },
    prefix: '{"status":true',
    check: (_n, answer) => deepEqual(answer, { status: true }),
  }
}
