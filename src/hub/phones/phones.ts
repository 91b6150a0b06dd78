import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { type PhoneNumber, readPhoneNumber } from '../../wechat/phone-number.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { AccessTokens } from '../access-tokens/access-tokens.ts'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { HubError } from '../errors.ts'
import type { OpenDataDecoder } from '../open-data/open-data.ts'
import { createRateLimit } from '../rate-limit.ts'
import type { Session } from '../sessions/sessions.ts'
import type { VerifiedPhone } from '../users/open-phone.ts'
import type { UserPhones } from '../users/user-phones.ts'
import { countPhoneCall, deletePhoneCalls, listPhoneCalls, uncountPhoneCall } from './phone-calls-store.ts'

/** A code of the phone button, or what older clients get from it; each as the caller sent it. */
export type PhoneEvidence = { code: string } | EncryptedPhone

type EncryptedPhone = { encryptedData: string; iv: string }

export type PhoneRequest = {
  session: Session
  evidence: PhoneEvidence
  /** The caller's address, for the limit of failures. */
  address: string
}

type Deps = {
  database: Database
  sealed: SealedColumns
  wechat: WeChat
  apps: Apps
  accessTokens: AccessTokens
  openData: OpenDataDecoder
  userPhones: UserPhones
  now: () => number
}

const dayMs = 24 * 3_600_000
const chinaMs = 8 * 3_600_000
const failuresPerMinute = 30
/** Counts are kept for whoever compares them with WeChat's bill. */
const keptDays = 100

/** Phone numbers that WeChat vouches for. Each code costs money: they are counted by app and day in China. */
export function createPhones(deps: Deps) {
  const { database, sealed, wechat, apps, accessTokens, openData, userPhones, now } = deps
  const failures = createRateLimit({ max: failuresPerMinute, windowMs: 60_000, now })
  const today = (): number => Math.floor((now() + chinaMs) / dayMs)

  async function fetch(app: App, { openId }: Session, code: string): Promise<PhoneNumber> {
    const { appId } = app
    const day = { appId, day: today() }
    if (!(await countPhoneCall(database.sql, day, app.phoneBudget))) {
      throw new HubError('too_many_requests', "the app's budget of phone numbers for today is used up")
    }
    try {
      return await accessTokens.use(app, (accessToken) =>
        wechat.fetchPhoneNumber({ appId, accessToken, code, openId }),
      )
    } catch (error) {
      if (error instanceof HubError && error.code === 'code_refused') {
        await uncountPhoneCall(database.sql, day)
      }
      throw error
    }
  }

  /** The data names nobody and can be tampered with: only WeChat's word makes it more than a claim. */
  async function requireGenuine(app: App, encryptedData: string): Promise<void> {
    const isGenuine = await accessTokens.use(app, (accessToken) =>
      wechat.checkEncryptedData({ accessToken, encryptedData }),
    )
    if (isGenuine) return
    throw new HubError(
      'bad_request',
      'WeChat does not vouch for encryptedData: it is over 3 days old, or changed',
    )
  }

  async function hashOf(app: App, number: PhoneNumber) {
    const phone = toVerifiedPhone(number)
    return { ...phone, hash: await sealed.hash(app.tenantId, 'phone', phone.phone) }
  }

  async function takeByCode(app: App, session: Session, code: string): Promise<VerifiedPhone> {
    const phone = await hashOf(app, await fetch(app, session, code))
    await userPhones.keepVerified(session.identityId, phone)
    return phone
  }

  /** A number that is known to be theirs is asked about no more, so that repeats use up no quota. */
  async function takeEncrypted(app: App, session: Session, data: EncryptedPhone): Promise<VerifiedPhone> {
    const number = readPhoneNumber(app.appId, await openData.decode(session, data))
    if (number === null) throw new HubError('decryption_failed', 'the data is no phone number')
    const phone = await hashOf(app, number)
    if (await userPhones.isVerified(session.identityId, phone.hash)) return phone
    await requireGenuine(app, data.encryptedData)
    await userPhones.keepVerified(session.identityId, phone)
    return phone
  }

  return {
    /**
     * Keeps the phone number behind a code of the phone button, or in data that WeChat says is genuine. Throws
     * code_refused, decryption_failed, bad_request, too_many_requests, app_wrong_kind.
     */
    async take({ session, evidence, address }: PhoneRequest): Promise<VerifiedPhone> {
      failures.check(address)
      const app = await apps.get(session.appId)
      if (app.kind !== 'mini_program') {
        throw new HubError('app_wrong_kind', 'only mini programs can ask for phone numbers')
      }
      try {
        const isCode = 'code' in evidence
        const taking = isCode
          ? takeByCode(app, session, evidence.code)
          : takeEncrypted(app, session, evidence)
        const { phone, countryCode } = await taking
        return { phone, countryCode }
      } catch (error) {
        if (error instanceof HubError && callersFaults.has(error.code)) failures.count(address)
        throw error
      }
    },

    /** How many codes each app paid for today, by appId. */
    countToday: (): Promise<Map<string, number>> => listPhoneCalls(database.sql, today()),

    /** Removes counts of days long past, at most `limit`. Returns how many. */
    purge: (limit: number): Promise<number> => deletePhoneCalls(database.sql, today() - keptDays, limit),
  }
}

/** Mainland numbers plain, others as in E.164. */
function toVerifiedPhone({ pure, countryCode }: PhoneNumber): VerifiedPhone {
  return { phone: countryCode === '86' ? pure : `+${countryCode}${pure}`, countryCode }
}

const callersFaults = new Set<string>(['code_refused', 'decryption_failed', 'bad_request'])
