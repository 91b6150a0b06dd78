import { randomBytes } from 'node:crypto'
import type { JsapiTickets } from '../access-tokens/jsapi-tickets.ts'
import type { App } from '../apps/app.ts'
import { parsePageUrl } from './page-url.ts'
import { signPage } from './sign-page.ts'

/** What a page hands to `wx.config`; `timestamp` in unix seconds. `url` is the one that was signed. */
export type JsSignature = {
  appId: string
  timestamp: number
  nonceStr: string
  signature: string
  url: string
}

export type JsSignatures = ReturnType<typeof createJsSignatures>

/** Signatures that let a page of an official account use WeChat's JS-SDK. The ticket behind them stays here. */
export function createJsSignatures({ tickets, now }: { tickets: JsapiTickets; now: () => number }) {
  return {
    /** Throws bad_request, app_wrong_kind, and what WeChat's refusal of a ticket means. */
    async sign(app: App, pageUrl: string): Promise<JsSignature> {
      const url = parsePageUrl(pageUrl)
      const { value: ticket } = await tickets.current(app)
      const nonceStr = randomBytes(16).toString('hex')
      const timestamp = Math.floor(now() / 1000)
      const signature = signPage({ ticket, nonceStr, timestamp, url })
      return { appId: app.appId, timestamp, nonceStr, signature, url }
    },
  }
}
