import type { DataKeys } from '../database/data-keys.ts'
import type { Database } from '../database/database.ts'
import type { PersonKeys } from '../database/person-keys/person-keys.ts'
import { createSealedColumns, type SealedColumns } from '../database/sealed-columns.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Secret } from '../secret.ts'
import type { WeChat } from '../wechat/wechat.ts'
import { createAccessTokens } from './access-tokens/access-tokens.ts'
import { createJsapiTickets } from './access-tokens/jsapi-tickets.ts'
import { createApiKeys } from './api-keys/api-keys.ts'
import { type ApiKey, listApiKeys } from './api-keys/api-keys-store.ts'
import type { App } from './apps/app.ts'
import { createApps } from './apps/apps.ts'
import { listApps } from './apps/apps-store.ts'
import { createEnrollment } from './apps/enrollment.ts'
import { createAudit } from './audit/audit.ts'
import { createBuyers } from './buyers/buyers.ts'
import { createCursors } from './cursors.ts'
import { createDiagnosis } from './diagnosis/diagnosis.ts'
import { createJsSignatures } from './js-signatures/js-signatures.ts'
import { createLogins } from './logins/logins.ts'
import { createMembers } from './members/members.ts'
import type { Merchant } from './merchants/merchant.ts'
import { createMerchants, type Merchants } from './merchants/merchants.ts'
import { listMerchants } from './merchants/merchants-store.ts'
import { createMessages } from './messages/messages.ts'
import type { Mount } from './mounts/mount.ts'
import { createMounts } from './mounts/mounts.ts'
import { listMounts } from './mounts/mounts-store.ts'
import type { Observer } from './observer.ts'
import { createOpenData } from './open-data/open-data.ts'
import { createPayNotifications } from './pay-notifications/pay-notifications.ts'
import { createPayments } from './payments/payments.ts'
import { createPeople } from './people/people.ts'
import { createPhones } from './phones/phones.ts'
import { createImageFiles } from './qr-codes/image-files.ts'
import { createQrCodes } from './qr-codes/qr-codes.ts'
import { createRefunds } from './refunds/refunds.ts'
import { createRetention, type RetentionTimes } from './retention/retention.ts'
import { createScenes } from './scenes/scenes.ts'
import { createSessions } from './sessions/sessions.ts'
import { createSetup } from './setup/setup.ts'
import { createTenants } from './tenants/tenants.ts'
import { createUsers, type Users } from './users/users.ts'
import { createWebOAuth } from './web-oauth/web-oauth.ts'
import { createDeliveries } from './webhooks/deliveries.ts'
import { createDispatcher } from './webhooks/dispatcher.ts'
import { createSubscribers } from './webhooks/subscribers.ts'
import type { SigningWebhook } from './webhooks/webhook.ts'
import { createWebhooks } from './webhooks/webhooks.ts'
import { listSigningWebhooks } from './webhooks/webhooks-store.ts'

export type HubDeps = {
  database: Database
  dataKeys: DataKeys
  personKeys: PersonKeys
  wechat: WeChat
  outbound: Outbound
  observer: Observer
  adminKey: Secret | null
  now: () => number
  /** How long backups of the person keys are kept. */
  keyBackupMs: number
  retentionTimes: RetentionTimes
  /** Names this process, in leases. */
  nodeId: string
  /** WeChat's host of pages that browsers are sent to. */
  openUrl: string
  /** Where WeChat reaches this hub, without a slash at the end. */
  callbackUrl: () => string
  /** Where the images of mini-program codes are kept. */
  imageDir: string
}

export type Hub = ReturnType<typeof createHub>

/** What WeHub knows and does, apart from how it is asked. */
export function createHub(deps: HubDeps) {
  const { database, dataKeys, personKeys, wechat, outbound, observer } = deps
  const { adminKey, keyBackupMs, now, nodeId, imageDir, openUrl } = deps
  const sealed = createSealedColumns(dataKeys)
  const setup = createHubSetup({ database, sealed, now })
  const apiKeys = createApiKeys({ database, setup, adminKey, now })
  const tenants = createTenants({ database, now })
  const apps = createApps({ setup, sealed, now })
  const merchants = createMerchants({ setup, sealed, now })
  const mounts = createMounts({ database, setup, apps, now })
  const custody = { database, sealed, wechat, apps, observer, now, nodeId }
  const accessTokens = createAccessTokens(custody)
  const jsapiTickets = createJsapiTickets({ ...custody, accessTokens })
  const users = createUsers({ database, sealed, personKeys, wechat, now })
  const sessions = createSessions({ database, now })
  const logins = createLogins({ database, sealed, wechat, users, sessions, observer, now })
  const openData = createOpenData({ users, now })
  const { phones: userPhones } = users
  const phones = createPhones({ database, sealed, wechat, apps, accessTokens, openData, userPhones, now })
  const scenes = createScenes({ database, sealed, now })
  const images = createImageFiles(imageDir)
  const qrCodes = createQrCodes({ database, accessTokens, wechat, scenes, images, now, nodeId })
  const webhooks = createWebhooks({ database, sealed, setup, outbound, now })
  const dispatcher = createDispatcher({ database, setup, outbound, observer, now })
  const subscribers = createSubscribers({ setup, dispatcher })
  const messages = createMessages({ ...deps, setup, apps, sessions, subscribers, now })
  return {
    webhooks,
    dispatcher,
    subscribers,
    deliveries: createDeliveries({ database, setup, dispatcher, now }),
    openData,
    people: createPeople({ database, personKeys, users, sessions, keyBackupMs, now }),
    retention: createRetention({ database, personKeys, times: deps.retentionTimes, now }),
    phones,
    qrCodes,
    scenes,
    setup,
    enrollment: createEnrollment({ apps, tenants, wechat, now }),
    diagnosis: createDiagnosis({ wechat, accessTokens }),
    audit: createAudit({ database }),
    cursors: createCursors(sealed),
    apiKeys,
    tenants,
    apps,
    messages,
    merchants,
    ...createMoney({ ...deps, merchants }),
    mounts,
    accessTokens,
    jsapiTickets,
    jsSignatures: createJsSignatures({ tickets: jsapiTickets, now }),
    users,
    ...createMembership({ database, sealed, personKeys, users, now }),
    sessions,
    logins,
    webOAuth: createWebOAuth({ database, logins, sessions, users, openUrl, now }),
  }
}

type MoneyDeps = Pick<HubDeps, 'database' | 'wechat' | 'observer' | 'now' | 'callbackUrl'> & {
  merchants: Merchants
}

/** What merchants are paid, and give back. */
function createMoney({ database, wechat: { pay }, observer, now, callbackUrl, merchants }: MoneyDeps) {
  const notifyUrl = (mchid: string): string => `${callbackUrl()}/pay/${mchid}/notify`
  const payments = createPayments({ database, pay, merchants, notifyUrl, now })
  const refunds = createRefunds({ database, pay, payments, merchants, notifyUrl, now })
  const payNotifications = createPayNotifications({ pay, merchants, payments, refunds, observer })
  return { payments, refunds, payNotifications }
}

type MembershipDeps = Parameters<typeof createMembers>[0] & { users: Users }

function createMembership({ users, ...deps }: MembershipDeps) {
  const members = createMembers(deps)
  return { members, buyers: createBuyers({ ...deps, users, members }) }
}

type SetupDeps = Pick<HubDeps, 'database' | 'now'> & { sealed: SealedColumns }

/** What an operator sets up: all of it in memory. */
function createHubSetup({ database, sealed, now }: SetupDeps) {
  return createSetup({
    database,
    now,
    empty: {
      apps: new Map<string, App>(),
      merchants: new Map<string, Merchant>(),
      mounts: [] as readonly Mount[],
      apiKeys: new Map<string, ApiKey>(),
      webhooks: [] as readonly SigningWebhook[],
    },
    load: async (sql) => ({
      apps: new Map((await listApps(sql, sealed)).map((app) => [app.appId, app])),
      merchants: new Map((await listMerchants(sql, sealed)).map((merchant) => [merchant.mchid, merchant])),
      mounts: await listMounts(sql),
      apiKeys: new Map((await listApiKeys(sql)).map((key) => [key.hash, key])),
      webhooks: await listSigningWebhooks(sql, sealed),
    }),
  })
}
