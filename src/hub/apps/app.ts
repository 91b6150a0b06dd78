import type { Secret } from '../../secret.ts'

export const appKinds = ['mini_program', 'official_account', 'open_app'] as const

/** mini_program: 小程序 · official_account: 公众号 · open_app: a mobile or website app of the open platform. */
export type AppKind = (typeof appKinds)[number]

/** One or two secrets are live, the newest first: two during a rotation. */
export type App = {
  appId: string
  tenantId: number
  kind: AppKind
  name: string
  /** Calls for phone numbers a day; null: as many as come. */
  phoneBudget: number | null
  secrets: readonly AppSecret[]
  /** How WeChat brings the app's messages; null: they are not taken. */
  gateway: AppGateway | null
  /** The files of WeChat's domain check, by name: to be served from the root of the domain. */
  verifyFiles: Readonly<Record<string, string>>
}

export const gatewayModes = ['plain', 'compatible', 'safe'] as const

/** plain: 明文模式 · compatible: 兼容模式 · safe: 安全模式, as chosen in WeChat's console. */
export type GatewayMode = (typeof gatewayModes)[number]

/** `aesKey` is the EncodingAESKey of 43 characters; `previousAesKey` is tried while WeChat changes over. */
export type AppGateway = {
  mode: GatewayMode
  token: Secret
  aesKey: Secret | null
  previousAesKey: Secret | null
}

/** `fingerprint` names a secret without telling it: a keyed hash, 12 hex digits. */
export type AppSecret = { fingerprint: string; secret: Secret }

/** Whether a caller's secret is one of the app's; takes the same time whichever it is. */
export function hasSecret(app: App, candidate: string): boolean {
  let isFound = false
  for (const { secret } of app.secrets) isFound = secret.equals(candidate) || isFound
  return isFound
}
