import type { AppStore } from '../apps/app-store.ts'
import type { Clock } from '../clock.ts'
import type { Quotas } from '../quotas.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'
import type { Schedule } from '../schedule.ts'
import type { UserStore } from '../users/user-store.ts'
import { createMerchantStore } from './merchants/merchant-store.ts'
import { createPlatformCertificates } from './merchants/platform-certificates.ts'
import { createNotificationStore } from './notifications/notification-store.ts'
import { createNotifier } from './notifications/notifier.ts'
import { createOrderStore } from './orders/order-store.ts'
import { createRefundStore } from './refunds/refund-store.ts'

type Deps = {
  clock: Clock
  rules: Rules
  random: RandomBytes
  schedule: Schedule
  quotas: Quotas
  apps: AppStore
  users: UserStore
}

export type Pay = ReturnType<typeof createPay>

/** All state of WeChat Pay, and what of the world it looks at. */
export function createPay(deps: Deps) {
  const merchants = createMerchantStore()
  const platform = createPlatformCertificates(deps)
  const notifications = createNotificationStore()
  return {
    ...deps,
    merchants,
    platform,
    orders: createOrderStore(deps),
    refunds: createRefundStore(deps),
    notifications,
    notifier: createNotifier({ ...deps, merchants, platform, notifications }),
  }
}
