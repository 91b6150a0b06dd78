import type { Secret } from '../../secret.ts'
import { HubError } from '../errors.ts'
import type { App } from './app.ts'

/** WeChat's words for "this is not the app's secret" (40001 only where no access token is in play). */
const secretRefusals = new Set([40001, 40125])

/** Calls WeChat with the app's newest secret, and with the one before it while a rotation is under way. */
export async function withLiveSecret<T>(app: App, call: (secret: Secret) => Promise<T>): Promise<T> {
  const [newest, former] = app.secrets
  if (newest === undefined) throw new HubError('app_misconfigured', 'the app has no secret')
  try {
    return await call(newest.secret)
  } catch (error) {
    const isSecretRefused = error instanceof HubError && secretRefusals.has(error.upstream?.errcode ?? 0)
    if (former === undefined || !isSecretRefused) throw error
    return call(former.secret)
  }
}
