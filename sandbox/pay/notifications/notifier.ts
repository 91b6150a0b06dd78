import type { Clock } from '../../clock.ts'
import type { RandomBytes } from '../../random-bytes.ts'
import { toFraction } from '../../random-bytes.ts'
import type { Rules } from '../../rules.ts'
import type { Schedule } from '../../schedule.ts'
import type { Merchant, MerchantStore } from '../merchants/merchant-store.ts'
import type { PlatformCertificates } from '../merchants/platform-certificates.ts'
import type { Signer, Tampering } from '../signed-headers.ts'
import { createSignedHeaders, tamperBody } from '../signed-headers.ts'
import type { PayEvent } from './compose.ts'
import { composeNotification } from './compose.ts'
import type { Attempt, Notification } from './notification.ts'
import type { NotificationStore } from './notification-store.ts'
import { createPostQueue } from './post.ts'

/** Seconds from an attempt to the next; after the last WeChat gives up. */
const retrySeconds = [
  15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600,
]

type Deps = {
  clock: Clock
  rules: Rules
  random: RandomBytes
  schedule: Schedule
  merchants: MerchantStore
  platform: PlatformCertificates
  notifications: NotificationStore
}

type Subject = { mchid: string; outTradeNo: string; outRefundNo: string | null; url: string | null }

export type Notifier = ReturnType<typeof createNotifier>

/** Tells a merchant what happened, and again until he answers 200 or 204. */
export function createNotifier(deps: Deps) {
  const { clock, rules, random, schedule, merchants, platform, notifications } = deps
  const post = createPostQueue()
  let deliveries = 0

  /** Null without an address. Resolves after the first attempt. */
  async function notify(event: PayEvent, { url, ...subject }: Subject): Promise<Notification | null> {
    const merchant = merchants.find(subject.mchid)
    if (url === null || merchant === null) return null
    const notification: Notification = {
      ...composeNotification(deps, event, merchant.apiV3Key),
      ...subject,
      eventType: event.eventType,
      url,
      createdAt: clock.now(),
      state: rules.holdNotifications ? 'held' : 'waiting',
      attempts: [],
      nextAt: null,
    }
    notifications.insert(notification)
    if (notification.state === 'waiting') await deliver(notification, merchant, 0)
    return notification
  }

  async function deliver(notification: Notification, merchant: Merchant, repetition: number): Promise<void> {
    deliveries += 1
    const isProbed = rules.signTestEvery > 0 && deliveries % rules.signTestEvery === 0
    if (isProbed) await attempt(notification, merchant, { tampering: 'probe' })
    await attempt(notification, merchant, {})
    if (notification.state !== 'waiting') return
    const waitSeconds = retrySeconds[repetition]
    if (waitSeconds === undefined) {
      notification.state = 'given_up'
      return
    }
    const nextAt = clock.now() + waitSeconds * 1000
    notification.nextAt = nextAt
    schedule.at(nextAt, () => {
      notification.nextAt = null
      if (notification.state === 'waiting') void deliver(notification, merchant, repetition + 1)
    })
  }

  /** One delivery as it is, or spoilt; only one that is not spoilt can end the repetitions. */
  async function attempt(
    notification: Notification,
    merchant: Merchant,
    { tampering, url = notification.url }: { tampering?: Tampering | undefined; url?: string | undefined },
  ): Promise<Attempt> {
    const { body } = notification
    const signed = createSignedHeaders(deps, { signer: chooseSigner(merchant), body, tampering })
    const type = tampering === 'unsigned' ? {} : { 'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048' }
    const at = clock.now()
    const result = await post(url, tamperBody(body, tampering), { ...signed, ...type })
    const made: Attempt = { at, ...result, ...(tampering && { tampering }) }
    notification.attempts.push(made)
    const isTaken = tampering === undefined && (result.status === 200 || result.status === 204)
    if (isTaken) notification.state = 'delivered'
    return made
  }

  /** A merchant with both keys is switched over little by little. */
  function chooseSigner({ keyMode, callbackPublicKeyPercent, publicKeySigner }: Merchant): Signer {
    const share = { certificate: 0, both: callbackPublicKeyPercent / 100, public_key: 1 }[keyMode]
    return toFraction(random(4)) < share ? publicKeySigner : platform.getSigner()
  }

  return { notify, attempt }
}
