import type { Clock } from '../../clock.ts'
import type { RandomBytes } from '../../random-bytes.ts'
import type { Rules } from '../../rules.ts'
import { toBeijingDigits } from '../beijing-time.ts'
import type { Refund } from '../refunds/refund-store.ts'

export type OrderRequest = {
  mchid: string
  appid: string
  outTradeNo: string
  description: string
  attach: string
  notifyUrl: string | null
  totalFen: number
  openid: string
  /** After this nobody can pay. */
  expiresAt: number
  /** All parameters in a canonical form. */
  fingerprint: string
}

export type Order = OrderRequest & {
  createdAt: number
  isClosed: boolean
  prepayId: string | null
  prepayExpiresAt: number
  transactionId: string | null
  paidAt: number | null
  refunds: Refund[]
  /** Of all refunds that were not closed. */
  refundedFen: number
  /** When the newest partial refund was accepted. */
  partlyRefundedAt: number | null
}

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'

export type OrderStore = ReturnType<typeof createOrderStore>

export function createOrderStore(deps: { clock: Clock; rules: Rules; random: RandomBytes }) {
  const { clock, rules, random } = deps
  const orders = new Map<string, Order>()
  const byPrepayId = new Map<string, Order>()
  const byTransactionId = new Map<string, Order>()

  /** Unique: the count of orders stands in it. */
  function createTransactionId(): string {
    const chance = String(random(4).readUInt32BE(0) % 1000).padStart(3, '0')
    const count = String(byTransactionId.size + 1).padStart(10, '0')
    return `4200002${chance}${toBeijingDigits(clock.now()).slice(0, 8)}${count}`
  }

  return {
    find: (mchid: string, outTradeNo: string): Order | null => orders.get(`${mchid} ${outTradeNo}`) ?? null,
    findByTransactionId: (id: string): Order | null => byTransactionId.get(id) ?? null,
    findByPrepayId: (id: string): Order | null => byPrepayId.get(id) ?? null,
    list: (): Order[] => [...orders.values()],
    insert(request: OrderRequest): Order {
      const order: Order = {
        ...request,
        createdAt: clock.now(),
        isClosed: false,
        prepayId: null,
        prepayExpiresAt: 0,
        transactionId: null,
        paidAt: null,
        refunds: [],
        refundedFen: 0,
        partlyRefundedAt: null,
      }
      orders.set(`${order.mchid} ${order.outTradeNo}`, order)
      return order
    },
    /** The living prepay_id of the order, or a new one. */
    prepay(order: Order): string {
      if (order.prepayId !== null && order.prepayExpiresAt > clock.now()) return order.prepayId
      const prepayId = `wx${toBeijingDigits(clock.now())}${random(10).toString('hex')}`
      order.prepayId = prepayId
      order.prepayExpiresAt = clock.now() + rules.prepayLifetimeMs
      byPrepayId.set(prepayId, order)
      return prepayId
    },
    pay(order: Order): void {
      order.paidAt = clock.now()
      order.transactionId = createTransactionId()
      byTransactionId.set(order.transactionId, order)
    },
    stateOf(order: Order): TradeState {
      if (order.paidAt !== null) return order.refunds.length > 0 ? 'REFUND' : 'SUCCESS'
      return order.isClosed || order.expiresAt <= clock.now() ? 'CLOSED' : 'NOTPAY'
    },
  }
}
