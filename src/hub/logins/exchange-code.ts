import type { WeChat } from '../../wechat/wechat.ts'
import type { App } from '../apps/app.ts'
import { withLiveSecret } from '../apps/with-live-secret.ts'
import { HubError } from '../errors.ts'
import type { Sighting } from '../users/record-sighting.ts'

/** Exchanges a code where the app's kind says: `wx.login` codes of mini programs, OAuth codes of the others. */
export async function exchangeCode(
  { wechat, now }: { wechat: WeChat; now: () => number },
  app: App,
  code: string,
): Promise<Sighting> {
  const { appId } = app
  if (app.kind === 'mini_program') {
    const login = await withLiveSecret(app, (secret) => wechat.exchangeLoginCode({ appId, secret }, code))
    return { app, ...login }
  }
  const askedAt = now()
  const tokens = await withLiveSecret(app, (secret) => wechat.exchangeOAuthCode({ appId, secret }, code))
  if (tokens.isSnapshotUser) throw new HubError('snapshot_user', 'the page was a snapshot: nobody logged in')
  const { openId, unionId, accessToken, refreshToken, lifetimeMs, scope } = tokens
  const oauthTokens = { accessToken, refreshToken, expiresAt: askedAt + lifetimeMs, scope }
  return { app, openId, unionId, oauthTokens }
}
