import { createPayControl } from '../pay/control/pay-control.ts'
import type { World } from '../world.ts'
import { createAppControl } from './app-control.ts'
import { createAuthorizeControl } from './authorize-control.ts'
import type { ControlRoute } from './control-route.ts'
import { createLoginControl } from './login-control.ts'
import { createMessageControl } from './message-control.ts'
import { createOpenDataControl } from './open-data-control.ts'
import { createRuleControl } from './rule-control.ts'
import { createSendingControl } from './sending-control.ts'
import { createTroubleControl } from './trouble-control.ts'
import { createUserControl } from './user-control.ts'

export function createControlRoutes(world: World, reset: () => void): ControlRoute[] {
  return [
    ...createAppControl(world),
    ...createUserControl(world),
    ...createLoginControl(world),
    ...createOpenDataControl(world),
    ...createAuthorizeControl(world),
    ...createPayControl(world),
    ...createMessageControl(world),
    ...createSendingControl(world),
    ...createTroubleControl(world),
    ...createRuleControl(world),
    {
      method: 'POST',
      path: '/_sandbox/reset',
      answer() {
        reset()
        return { ok: true }
      },
    },
  ]
}
