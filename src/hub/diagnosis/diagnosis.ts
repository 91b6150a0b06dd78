import { findPayFailure } from '../../wechat/pay/pay-failure.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { AccessTokens } from '../access-tokens/access-tokens.ts'
import type { App } from '../apps/app.ts'
import { withLiveSecret } from '../apps/with-live-secret.ts'
import { HubError } from '../errors.ts'
import type { Merchant } from '../merchants/merchant.ts'

/** What a harmless call told of an app. `skewMs` is our clock less WeChat's; null where it was not told. */
export type Probe = { detail: string; skewMs: number | null }

/** `problem` is WeChat Pay's code, or why its answer was not believed, or what became of the call; null: all is well. */
export type MerchantProbe = Probe & { problem: string | null }

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

    /** Asks for an order that cannot be there, and for the certificates: whether both sides believe each other. */
    async probeMerchant({ credential, apps }: Merchant): Promise<MerchantProbe> {
      try {
        await wechat.pay.findOrderByBill(credential, 'wehub-doctor')
        const hasCertificates = await findCertificates(wechat, credential)
        const ways = [credential.publicKey && 'public key', hasCertificates && 'certificates']
        const detail = `keys are good, WeChat Pay signs with ${ways.filter(Boolean).join(' and ')}, ${apps.length} apps`
        return { detail, problem: null, skewMs: wechat.pay.skewMs() }
      } catch (error) {
        const failure = findPayFailure(error)
        if (failure === null || !(error instanceof HubError)) throw error
        const problem = failure.answer?.code || failure.doubt || failure.outcome
        return { detail: error.message, problem, skewMs: wechat.pay.skewMs() }
      }
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

/** Whether there are any: merchants who have the public key can do without. They also show that the APIv3 key is good. */
async function findCertificates({ pay }: WeChat, credential: Merchant['credential']): Promise<boolean> {
  try {
    await pay.refreshCertificates(credential)
    return true
  } catch (error) {
    const isNone = findPayFailure(error)?.answer?.code === 'RESOURCE_NOT_EXISTS'
    if (isNone && credential.publicKey !== null) return false
    throw error
  }
}
