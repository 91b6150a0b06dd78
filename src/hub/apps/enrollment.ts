import { hash } from 'node:crypto'
import type { Secret } from '../../secret.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import { createBoundedMap } from '../bounded-map.ts'
import { HubError } from '../errors.ts'
import { createRateLimit } from '../rate-limit.ts'
import type { Tenants } from '../tenants/tenants.ts'
import type { App, AppKind } from './app.ts'
import type { Apps } from './apps.ts'

export type Enrollment = ReturnType<typeof createEnrollment>

type Deps = { apps: Apps; tenants: Tenants; wechat: WeChat; now: () => number }

const triesPerMinute = 5
const refusedForMs = 10 * 60 * 1000
const maxRefusals = 1000

/**
 * Registers apps that old clients of contract control bring along with their secret, if WeChat accepts the
 * pair. Only mini programs and official accounts have a call (`stable_token`) that tells.
 */
export function createEnrollment({ apps, tenants, wechat, now }: Deps) {
  const tries = createRateLimit({ max: triesPerMinute, windowMs: 60_000, now })
  const refusals = createBoundedMap<string, { error: HubError; until: number }>(maxRefusals)

  async function tryPair(appId: string, secret: Secret): Promise<void> {
    const key = hash('sha256', `${appId}:${secret.reveal()}`)
    const refusal = refusals.get(key)
    if (refusal !== undefined && refusal.until > now()) throw refusal.error
    tries.countOrRefuse('enrollment')
    try {
      await wechat.fetchStableToken({ appId, secret })
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'app_misconfigured') throw error
      refusals.set(key, { error, until: now() + refusedForMs })
      throw error
    }
  }

  return {
    /** Throws what WeChat's refusal means; too_many_requests beyond 5 new pairs a minute. */
    async enroll(pair: { appId: string; kind: AppKind; secret: Secret }): Promise<App> {
      const { appId, kind, secret } = pair
      if (kind === 'open_app') throw new HubError('app_unknown', 'apps of the open platform cannot be tried')
      await tryPair(appId, secret)
      const { id: tenantId } = await tenants.ensure()
      return apps.ensure({ appId, kind, secret, name: appId, tenantId })
    },
  }
}
