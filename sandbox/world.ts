import { createAccessTokenStore } from './access-tokens/access-token-store.ts'
import { createAppStore } from './apps/app-store.ts'
import { createClock } from './clock.ts'
import { createFollowerStore } from './followers/follower-store.ts'
import { createCodeStore } from './logins/code-store.ts'
import { createSessionKeyStore } from './logins/session-key-store.ts'
import type { Consent } from './oauth/user-token-store.ts'
import { createUserTokenStore } from './oauth/user-token-store.ts'
import { createOpenDataStore } from './open-data/open-data-store.ts'
import { createPay } from './pay/pay.ts'
import { createPushStore } from './pushes/push-store.ts'
import { createQuotas } from './quotas.ts'
import type { RandomBytes } from './random-bytes.ts'
import { defaultRules } from './rules.ts'
import { createSchedule } from './schedule.ts'
import { createCustomerWindowStore } from './sending/customer-window-store.ts'
import { createSentMessageStore } from './sending/sent-message-store.ts'
import { createSubscriptionStore } from './sending/subscription-store.ts'
import { createCallLog } from './trouble/call-log.ts'
import { createFaultStore } from './trouble/fault-store.ts'
import type { User } from './users/user-store.ts'
import { createUserStore } from './users/user-store.ts'
import { createWxacodeStore } from './wxacodes/wxacode-store.ts'

export type World = ReturnType<typeof createWorld>

type Deps = {
  realNow: () => number
  random: RandomBytes
  /** Of the demo apps: where a hub that runs said it takes their messages. */
  gatewayUrls: ReadonlyMap<string, string>
}

/** All state of the sandbox. A reset makes a new world and drops the old one. */
export function createWorld({ realNow, random, gatewayUrls }: Deps) {
  const clock = createClock({ realNow })
  const rules = { ...defaultRules }
  const deps = { clock, rules, random }
  const schedule = createSchedule({ clock })
  const quotas = createQuotas({ clock })
  const apps = createAppStore({ random, gatewayUrls })
  const users = createUserStore()
  return {
    ...deps,
    schedule,
    quotas,
    apps,
    users,
    tokens: createAccessTokenStore(deps),
    loginCodes: createCodeStore<{ user: User; sessionKey: string }>(deps),
    sessionKeys: createSessionKeyStore(deps),
    oauthCodes: createCodeStore<Consent>(deps),
    phoneCodes: createCodeStore<{ user: User; phone: string }>(deps, { usedErrcode: 40029 }),
    openData: createOpenDataStore(deps),
    wxacodes: createWxacodeStore({ rules }),
    userTokens: createUserTokenStore(deps),
    pay: createPay({ ...deps, schedule, quotas, apps, users }),
    followers: createFollowerStore({ clock }),
    customerWindows: createCustomerWindowStore(deps),
    subscriptions: createSubscriptionStore(),
    sentMessages: createSentMessageStore({ clock }),
    pushes: createPushStore(deps),
    faults: createFaultStore({ random }),
    calls: createCallLog(),
  }
}
