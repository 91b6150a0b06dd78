import type { Clock } from '../../clock.ts'
import type { RandomBytes } from '../../random-bytes.ts'
import { toBeijingDigits } from '../beijing-time.ts'
import type { Order } from '../orders/order-store.ts'

export const refundStatuses = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const
export type RefundStatus = (typeof refundStatuses)[number]

export type RefundRequest = {
  outRefundNo: string
  refundFen: number
  notifyUrl: string | null
  fundsAccount: string
  from: unknown[]
}

export type Refund = RefundRequest & {
  order: Order
  refundId: string
  status: RefundStatus
  createdAt: number
  succeededAt: number | null
}

export type RefundStore = ReturnType<typeof createRefundStore>

export function createRefundStore({ clock, random }: { clock: Clock; random: RandomBytes }) {
  const refunds = new Map<string, Refund>()

  /** Unique: the count of refunds stands in it. */
  function createRefundId(): string {
    const chance = String(random(4).readUInt32BE(0) % 1000).padStart(3, '0')
    const count = String(refunds.size + 1).padStart(11, '0')
    return `5030130${chance}${toBeijingDigits(clock.now()).slice(0, 8)}${count}`
  }

  return {
    find: (mchid: string, outRefundNo: string): Refund | null =>
      refunds.get(`${mchid} ${outRefundNo}`) ?? null,
    list: (): Refund[] => [...refunds.values()],
    insert(order: Order, request: RefundRequest): Refund {
      const createdAt = clock.now()
      const refund: Refund = {
        ...request,
        order,
        refundId: createRefundId(),
        status: 'PROCESSING',
        createdAt,
        succeededAt: null,
      }
      refunds.set(`${order.mchid} ${refund.outRefundNo}`, refund)
      order.refunds.push(refund)
      order.refundedFen += refund.refundFen
      if (refund.refundFen < order.totalFen) order.partlyRefundedAt = createdAt
      return refund
    },
    /** What is closed can be refunded again, under a new number. */
    settle(refund: Refund, status: RefundStatus): void {
      refund.status = status
      if (status === 'SUCCESS') refund.succeededAt = clock.now()
      if (status === 'CLOSED') refund.order.refundedFen -= refund.refundFen
    },
  }
}
