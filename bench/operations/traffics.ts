import type { Traffic } from '../load/traffic.ts'
import { gatewayApps } from '../upstream/bench-app.ts'
import { buyersTraffic } from './buyers.ts'
import { decodeTraffic } from './decode.ts'
import { gatewayTraffic } from './gateway.ts'
import { getQrcodeTraffic } from './get-qrcode.ts'
import { loginTraffic } from './login.ts'
import { refundTraffic } from './refund.ts'
import { sessionCheckTraffic } from './session-check.ts'
import { sessionsVerifyTraffic } from './sessions-verify.ts'
import { tokenReadTraffic } from './token-read.ts'

/** What the harness hands to the load process: session tokens, in the order of their persons. */
export type TrafficData = { tokens: string[] }

/** Everything that can be sent; the load process finds it by name. */
export const traffics = {
  login: loginTraffic,
  'session-check': sessionCheckTraffic,
  'sessions-verify': sessionsVerifyTraffic,
  'token-read': tokenReadTraffic,
  decode: decodeTraffic,
  'get-qrcode': getQrcodeTraffic,
  refund: refundTraffic,
  getbyopenid: buyersTraffic,
  'gateway-safe': () => gatewayTraffic(gatewayApps.safe),
  'gateway-plain': () => gatewayTraffic(gatewayApps.plain),
} satisfies Record<string, (data: TrafficData) => Traffic>

export type TrafficName = keyof typeof traffics
