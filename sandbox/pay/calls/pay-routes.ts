import { createCertificateRoutes } from '../merchants/certificate-routes.ts'
import { createOrderRoutes } from '../orders/order-routes.ts'
import { createPrepayRoutes } from '../orders/prepay-routes.ts'
import type { Pay } from '../pay.ts'
import { createRefundRoutes } from '../refunds/refund-routes.ts'
import type { PayRoute } from './pay-route.ts'

/** Every call of WeChat Pay that the sandbox knows. */
export function createPayRoutes(pay: Pay): PayRoute[] {
  return [
    ...createCertificateRoutes(pay),
    ...createPrepayRoutes(pay),
    ...createOrderRoutes(pay),
    ...createRefundRoutes(pay),
  ]
}
