import type { IncomingHttpHeaders } from 'node:http'
import { findDoubt } from '../../wechat/pay/notifications.ts'
import type { Pay } from '../../wechat/pay/pay.ts'
import { HubError } from '../errors.ts'
import type { Merchants } from '../merchants/merchants.ts'
import type { Observer } from '../observer.ts'
import type { Payments } from '../payments/payments.ts'
import type { Refunds } from '../refunds/refunds.ts'

/** As it came. */
export type PayPush = { mchid: string; headers: IncomingHttpHeaders; body: Buffer }

export type PayNotifications = ReturnType<typeof createPayNotifications>

type Deps = {
  pay: Pick<Pay, 'readNotification'>
  merchants: Pick<Merchants, 'get'>
  payments: Pick<Payments, 'record'>
  refunds: Pick<Refunds, 'record'>
  observer: Observer
}

/** What WeChat Pay tells by itself: each is verified, and true however often it comes. */
export function createPayNotifications({ pay, merchants, payments, refunds, observer }: Deps) {
  async function open({ mchid, headers, body }: PayPush) {
    const merchant = await merchants.get(mchid)
    return { merchant, notification: await pay.readNotification(merchant.credential, { headers, body }) }
  }

  return {
    /**
     * Takes a notification; what it tells is on disk when this resolves. Throws merchant_unknown, forbidden (not signed by
     * WeChat within five minutes; its own probes too), bad_request.
     */
    async receive(push: PayPush): Promise<void> {
      try {
        const { merchant, notification } = await open(push)
        if (notification.kind === 'payment') await payments.record(merchant, notification.order)
        if (notification.kind === 'refund')
          await refunds.record(merchant, notification.refund, `notification ${notification.id}`)
        observer.payNotified(notification.kind)
      } catch (error) {
        observer.payNotified(findDoubt(error) ?? (error instanceof HubError ? error.code : 'internal'))
        throw error
      }
    },
  }
}
