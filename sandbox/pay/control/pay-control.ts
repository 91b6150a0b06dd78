import type { ControlRoute } from '../../control/control-route.ts'
import type { World } from '../../world.ts'
import { createMerchantControl } from './merchant-control.ts'
import { createNotificationControl } from './notification-control.ts'
import { createPaymentControl } from './payment-control.ts'
import { createRefundControl } from './refund-control.ts'

export function createPayControl(world: World): ControlRoute[] {
  return [
    ...createMerchantControl(world.pay),
    ...createPaymentControl(world),
    ...createRefundControl(world.pay),
    ...createNotificationControl(world.pay),
  ]
}
