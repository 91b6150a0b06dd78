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
}

/** `fingerprint` names a secret without telling it: a keyed hash, 12 hex digits. */
export type AppSecret = { fingerprint: string; secret: Secret }

/** Whether a caller's secret is one of the app's; takes the same time whichever it is. */
export function hasSecret(app: App, candidate: string): boolean {
  let isFound = false
  for (const { secret } of app.secrets) isFound = secret.equals(candidate) || isFound
  return isFound
}
