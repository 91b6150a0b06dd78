import type { WeChat } from '../../wechat/wechat.ts'
import type { AccessTokens } from '../access-tokens/access-tokens.ts'
import type { App } from '../apps/app.ts'
import { withLiveSecret } from '../apps/with-live-secret.ts'
import { HubError } from '../errors.ts'

/** What a harmless call told of an app. `skewMs` is our clock less WeChat's; null where it was not told. */
export type Probe = { detail: string; skewMs: number | null }

export type Diagnosis = ReturnType<typeof createDiagnosis>

type Deps = { wechat: WeChat; accessTokens: AccessTokens }

/** Asks WeChat whether an app's secret and token are good, without using anything up. */
export function createDiagnosis({ wechat, accessTokens }: Deps) {
  return {
    /** Throws what WeChat's refusal means. */
    async probe(app: App): Promise<Probe> {
      if (app.kind === 'open_app') return probeSecret(wechat, app)
      // In its normal mode the call gives the token that is there already: nothing is replaced.
      for (const { secret } of app.secrets) await wechat.fetchStableToken({ appId: app.appId, secret })
      await accessTokens.use(app, (token) => wechat.checkAccessToken(token))
      return { detail: `${app.kind}, secret and access token are good`, skewMs: wechat.skewMs() }
    },
  }
}

/** Apps of the open platform have no token of their own: a code that cannot exist is refused as a code. */
async function probeSecret(wechat: WeChat, app: App): Promise<Probe> {
  const { appId } = app
  try {
    await withLiveSecret(app, (secret) => wechat.exchangeOAuthCode({ appId, secret }, 'wehub-doctor'))
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'code_refused') throw error
  }
  return { detail: `${app.kind}, WeChat knows the app`, skewMs: wechat.skewMs() }
}
