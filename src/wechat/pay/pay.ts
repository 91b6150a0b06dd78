import type { MerchantCredential } from './merchant-credential.ts'
import { type PayPush, readNotification } from './notifications.ts'
import {
  closeOrder,
  findOrderByBill,
  findOrderByTransaction,
  type NewOrder,
  prepay,
  signPayment,
} from './orders.ts'
import { createPayChannel, type PayChannelOptions } from './pay-channel.ts'
import { findRefund, type NewRefund, requestRefund } from './refunds.ts'

export type Pay = ReturnType<typeof createPay>

/**
 * WeChat Pay v3 as the hub sees it: one method a call. What fails throws a HubError; `findPayFailure` tells what
 * became of the call, which for money is what counts.
 */
export function createPay(options: PayChannelOptions) {
  const channel = createPayChannel(options)
  return {
    prepay: (merchant: MerchantCredential, order: NewOrder) => prepay(channel, merchant, order),
    signPayment: (merchant: MerchantCredential, prepaid: { appId: string; prepayId: string }) =>
      signPayment(channel, merchant, { ...prepaid, now: options.now() }),
    findOrderByBill: (merchant: MerchantCredential, billId: string) =>
      findOrderByBill(channel, merchant, billId),
    findOrderByTransaction: (merchant: MerchantCredential, transactionId: string) =>
      findOrderByTransaction(channel, merchant, transactionId),
    closeOrder: (merchant: MerchantCredential, billId: string) => closeOrder(channel, merchant, billId),
    requestRefund: (merchant: MerchantCredential, refund: NewRefund) =>
      requestRefund(channel, merchant, refund),
    findRefund: (merchant: MerchantCredential, refundNo: string) => findRefund(channel, merchant, refundNo),
    readNotification: (merchant: MerchantCredential, push: PayPush) =>
      readNotification(channel, merchant, push),
    refreshCertificates: (merchant: MerchantCredential) => channel.refreshCertificates(merchant),
    skewMs: () => channel.skewMs(),
    close: () => channel.close(),
  }
}
