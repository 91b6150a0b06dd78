import type { TestContext } from 'node:test'
import { registerBoilerplate } from '../../src/dialects/boilerplate/routes.ts'
import { registerBuyer } from '../../src/dialects/buyer/routes.ts'
import { registerCommcn } from '../../src/dialects/commcn/routes.ts'
import { registerControl } from '../../src/dialects/control/routes.ts'
import { registerShares } from '../../src/dialects/shares/routes.ts'
import { createApiKeyGuard } from '../../src/http/api-key-guard.ts'
import { createHttp } from '../../src/http/http.ts'
import { createLog } from '../../src/http/log.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { innerPrefix } from '../../src/http/mount-routing.ts'
import type { Contract } from '../../src/hub/mounts/mount.ts'
import { startHub } from '../support/hub.ts'
import { onEnd } from '../support/on-end.ts'

const registrations = {
  buyer: registerBuyer,
  commcn: registerCommcn,
  shares: registerShares,
  control: registerControl,
  boilerplate: registerBoilerplate,
}

/** The calls that a dialect serves, such as `POST /weixin.oauth`. */
export async function listRegisteredRoutes(t: TestContext, contract: Contract): Promise<string[]> {
  const { hub } = await startHub(t)
  const http = createHttp({
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    matchMount: () => null,
    publicUrl: null,
    trustedProxies: [],
    logRequests: false,
    isOutage: () => false,
  })
  onEnd(t, () => http.close())
  const routes: string[] = []
  http.addHook('onRoute', ({ method, url }) => {
    // The methods that a path refuses are registered together, as a list.
    if (Array.isArray(method) || method === 'HEAD') return
    routes.push(`${method} ${url.slice(innerPrefix(contract).length)}`)
  })
  registrations[contract](http, hub, createApiKeyGuard({ apiKeys: hub.apiKeys, now: Date.now }))
  await http.ready()
  return routes.sort()
}
