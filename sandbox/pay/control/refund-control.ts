import { ControlError } from '../../control/control-error.ts'
import type { ControlRoute } from '../../control/control-route.ts'
import { checkFieldNames, readOneOf, readText, required } from '../../control/fields.ts'
import type { Pay } from '../pay.ts'
import type { Refund } from '../refunds/refund-store.ts'
import { settleRefund } from '../refunds/settle-refund.ts'
import { toSearch } from './book-search.ts'
import { describeBookedRefund } from './describe-book.ts'
import { getMerchant } from './merchant-control.ts'

const path = '/_sandbox/refunds'

export function createRefundControl(pay: Pay): ControlRoute[] {
  const { refunds } = pay
  return [
    {
      method: 'GET',
      path,
      answer: ({ query }) => refunds.list().map(describeBookedRefund).filter(toSearch(query)),
    },
    {
      method: 'POST',
      path: `${path}/:outRefundNo`,
      async answer({ params, body }) {
        checkFieldNames(body, ['mchid', 'status'])
        const status = readOneOf(body, 'status', ['SUCCESS', 'CLOSED', 'ABNORMAL'])
        const refund = getOpenRefund(pay, readText(body, 'mchid'), params.outRefundNo ?? '')
        const notification = await settleRefund(pay, refund, required(status, 'status'))
        return { ...describeBookedRefund(refund), notification }
      },
    },
  ]
}

function getOpenRefund(pay: Pay, mchid: string | undefined, outRefundNo: string): Refund {
  const refund = pay.refunds.find(getMerchant(pay, mchid).mchid, outRefundNo)
  if (refund === null) throw new ControlError(`there is no refund ${outRefundNo}`, { status: 404 })
  if (refund.status === 'PROCESSING' || refund.status === 'ABNORMAL') return refund
  throw new ControlError(`the refund is ${refund.status} and stays so`)
}
