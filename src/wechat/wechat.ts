import type { Secret } from '../secret.ts'
import { type AppCredential, checkAccessToken, fetchStableToken } from './access-token.ts'
import { checkEncryptedData, type EncryptedDataQuestion } from './encrypted-data.ts'
import { fetchJsapiTicket } from './jsapi-ticket.ts'
import { drawMiniProgramCode, type MiniProgramCode } from './mini-program-codes.ts'
import {
  checkSessionKey,
  exchangeLoginCode,
  resetSessionKey,
  type SessionKeyQuestion,
} from './mini-program-login.ts'
import { exchangeOAuthCode, fetchOAuthProfile, refreshUserTokens } from './oauth.ts'
import { createPay } from './pay/pay.ts'
import { fetchPhoneNumber, type PhoneQuestion } from './phone-number.ts'
import { type CallObserver, createUpstream, defaultTimeouts, type Timeouts } from './upstream.ts'

export type WeChatOptions = {
  apiUrl: string
  /** WeChat Pay's hosts: the first, and those that stand in for it. */
  payUrls: readonly string[]
  onCall: CallObserver
  timeouts?: Timeouts
  /** The time that signatures of WeChat Pay are dated with and checked against: always real time. */
  payNow?: () => number
}

export type WeChat = ReturnType<typeof createWeChat>

/** WeChat as the hub sees it: one method a call, in the hub's words. */
export function createWeChat(options: WeChatOptions) {
  const { apiUrl, payUrls, onCall, timeouts = defaultTimeouts, payNow = Date.now } = options
  const api = createUpstream(apiUrl, onCall, timeouts)
  const pay = createPay({ urls: payUrls, onCall, timeouts, now: payNow })
  return {
    pay,
    fetchStableToken: (app: AppCredential) => fetchStableToken(api, app),
    checkAccessToken: (accessToken: Secret) => checkAccessToken(api, accessToken),
    fetchJsapiTicket: (accessToken: Secret) => fetchJsapiTicket(api, accessToken),
    exchangeLoginCode: (app: AppCredential, code: string) => exchangeLoginCode(api, app, code),
    checkSessionKey: (question: SessionKeyQuestion) => checkSessionKey(api, question),
    resetSessionKey: (question: SessionKeyQuestion) => resetSessionKey(api, question),
    checkEncryptedData: (question: EncryptedDataQuestion) => checkEncryptedData(api, question),
    fetchPhoneNumber: (question: PhoneQuestion) => fetchPhoneNumber(api, question),
    exchangeOAuthCode: (app: AppCredential, code: string) => exchangeOAuthCode(api, app, code),
    refreshUserTokens: (appId: string, refreshToken: Secret) => refreshUserTokens(api, appId, refreshToken),
    fetchOAuthProfile: (accessToken: Secret, openId: string) => fetchOAuthProfile(api, accessToken, openId),
    drawMiniProgramCode: (accessToken: Secret, code: MiniProgramCode) =>
      drawMiniProgramCode(api, accessToken, code),
    skewMs: () => api.skewMs(),
    async close(): Promise<void> {
      await Promise.all([api.close(), pay.close()])
    },
  }
}
