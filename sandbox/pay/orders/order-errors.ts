import { PayError } from '../pay-error.ts'

export const orderPaid = () => new PayError(400, 'ORDER_PAID', '该订单已支付', { subCode: 268_449_538 })
export const orderClosed = () => new PayError(400, 'ORDER_CLOSED', '该订单已关闭', { subCode: 268_447_914 })
export const orderUnknown = () => new PayError(404, 'ORDER_NOT_EXIST', '订单不存在', { subCode: 268_512_771 })
