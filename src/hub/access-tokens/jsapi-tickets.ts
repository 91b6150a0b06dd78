import type { WeChat } from '../../wechat/wechat.ts'
import type { App } from '../apps/app.ts'
import { HubError } from '../errors.ts'
import type { AccessTokens } from './access-tokens.ts'
import { type CustodyDeps, createTokenCustody } from './token-custody.ts'
import type { LiveToken } from './token-refresh.ts'

/** While a ticket lives WeChat answers with the same one, so asking much earlier brings nothing. */
const renewAheadMs = 60_000

/** A ticket that nobody signs with is left to run out: these calls are few. */
const renewIfUsedWithinMs = 30 * 60_000

export type JsapiTickets = ReturnType<typeof createJsapiTickets>

export type JsapiTicketsDeps = CustodyDeps & { wechat: WeChat; accessTokens: AccessTokens }

/** The custody of the tickets that pages of official accounts are signed with. A ticket outlives its access token. */
export function createJsapiTickets(deps: JsapiTicketsDeps) {
  const { wechat, accessTokens } = deps
  const custody = createTokenCustody(deps, {
    kind: 'jsapi_ticket',
    fetch: (app) => accessTokens.use(app, wechat.fetchJsapiTicket),
    renewAheadMs,
    renewIfUsedWithinMs,
  })
  return {
    /** Throws app_wrong_kind, and what WeChat's refusal means. */
    async current(app: App): Promise<LiveToken> {
      if (app.kind !== 'official_account')
        throw new HubError('app_wrong_kind', 'only official accounts have a ticket for their pages')
      return custody.current(app)
    },

    renewDue: custody.renewDue,
    listRotations: custody.listRotations,
  }
}
