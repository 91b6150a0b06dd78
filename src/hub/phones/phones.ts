import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { PhoneNumber } from '../../wechat/phone-number.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { AccessTokens } from '../access-tokens/access-tokens.ts'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { HubError } from '../errors.ts'
import type { Session } from '../sessions/sessions.ts'
import { updateVerifiedPhone, type VerifiedPhone } from '../users/verified-phone.ts'
import { countPhoneCall, uncountPhoneCall } from './phone-calls-store.ts'

type Deps = {
  database: Database
  sealed: SealedColumns
  wechat: WeChat
  apps: Apps
  accessTokens: AccessTokens
  now: () => number
}

const dayMs = 24 * 3_600_000
const chinaMs = 8 * 3_600_000

/** Phone numbers that WeChat vouches for. Each call to it costs money: they are counted by app and day in China. */
export function createPhones({ database, sealed, wechat, apps, accessTokens, now }: Deps) {
  async function fetch(app: App, session: Session, code: string): Promise<PhoneNumber> {
    const day = { appId: app.appId, day: Math.floor((now() + chinaMs) / dayMs) }
    if (!(await countPhoneCall(database.sql, day, app.phoneBudget))) {
      throw new HubError('too_many_requests', "the app's budget of phone numbers for today is used up")
    }
    const { openId } = session
    try {
      return await accessTokens.use(app, (accessToken) =>
        wechat.fetchPhoneNumber({ accessToken, code, openId }),
      )
    } catch (error) {
      if (error instanceof HubError && error.code === 'code_refused') {
        await uncountPhoneCall(database.sql, day)
      }
      throw error
    }
  }

  return {
    /** Keeps the phone number behind a code of the phone button. Throws code_refused, too_many_requests, app_wrong_kind. */
    async take(session: Session, code: string): Promise<VerifiedPhone> {
      const app = await apps.get(session.appId)
      if (app.kind !== 'mini_program') {
        throw new HubError('app_wrong_kind', 'only mini programs can ask for phone numbers')
      }
      const { pure, countryCode } = await fetch(app, session, code)
      const phone = { phone: countryCode === '86' ? pure : `+${countryCode}${pure}`, countryCode }
      const hash = await sealed.hash(app.tenantId, 'phone', phone.phone)
      await updateVerifiedPhone(database.sql, sealed, session.userId, { ...phone, hash })
      return phone
    },
  }
}
