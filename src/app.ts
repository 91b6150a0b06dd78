import type { DestinationStream } from 'pino'
import { registerApi } from './api/routes.ts'
import type { Config } from './config.ts'
import { isLoopbackHost } from './config-checks.ts'
import type { Database } from './database/database.ts'
import { isOutage } from './database/outage.ts'
import { registerBoilerplate } from './dialects/boilerplate/routes.ts'
import { registerBuyer } from './dialects/buyer/routes.ts'
import { registerCommcn } from './dialects/commcn/routes.ts'
import { registerControl } from './dialects/control/routes.ts'
import { registerGateway } from './dialects/gateway/routes.ts'
import { registerPay } from './dialects/pay/routes.ts'
import { registerShares } from './dialects/shares/routes.ts'
import { createApiKeyGuard } from './http/api-key-guard.ts'
import { createHttp, type HttpApp, listeningAddress, listeningUrl } from './http/http.ts'
import { registerImages } from './http/images.ts'
import { createLog, type Log } from './http/log.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { registerOperations } from './http/operations.ts'
import { registerVerifyFiles } from './http/verify-files.ts'
import type { Hub } from './hub/hub.ts'
import { startJobs } from './jobs/jobs.ts'
import { openHub } from './open-hub.ts'
import { announceGateways, registerSandboxApps } from './sandbox-apps.ts'
import { startSandboxProcess } from './sandbox-process.ts'

export type App = {
  url: string
  sandboxUrl: string | null
  hub: Hub
  close: () => Promise<void>
}

export type AppOptions = {
  logDestination?: DestinationStream
  now?: () => number
  /** Dates signatures of WeChat Pay: real time, also where `now` was moved. */
  payNow?: () => number
  /** Told of every route: for tests that none may escape. */
  onRoute?: (route: { method: string | string[]; url: string }) => void
}

/** Starts everything and returns when the hub listens. A start that fails closes what it had opened. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const { now = Date.now, onRoute = () => undefined, logDestination } = options
  const log = createLog({ level: config.logLevel, ...(logDestination && { destination: logDestination }) })
  const metrics = createMetrics()

  let ownPort: number | null = null
  let callbackUrl = ''
  const opening = {
    ownPort: () => ownPort,
    callbackUrl: () => callbackUrl,
    sandboxUrl: startSandboxIfNeeded(config, stack, log),
    observer: metrics.observer,
    onCall: metrics.upstreamCalled,
    now,
    ...(options.payNow && { payNow: options.payNow }),
  }
  const { hub, database, sandboxUrl } = await openHub(config, stack, opening)
  await hub.mounts.ensureDefault('control', null)
  if (sandboxUrl !== null) await registerSandboxApps(hub, sandboxUrl)
  // Another process may have made them at this moment: what it made is in force here before we listen.
  await hub.setup.refresh()

  const http = createSurfaces(config, { hub, database, log, metrics, now, onRoute })
  stack.defer(() => http.close())
  await http.listen({ host: config.host, port: config.port })
  ownPort = listeningAddress(http).port
  // Who listens for this machine alone has its sandbox there too; else it may be elsewhere.
  const gatewayUrl = isLoopbackHost(config.host) ? listeningUrl(http) : http.ownUrl()
  callbackUrl = sandboxUrl === null ? http.ownUrl() : gatewayUrl
  if (sandboxUrl !== null) await announceGateways(hub, sandboxUrl, gatewayUrl)
  const jobs = startJobs(hub, (name, err) => log.error({ job: name, err }, 'a job failed'))
  stack.defer(() => jobs.close())

  const opened = stack.move()
  return { url: listeningUrl(http), sandboxUrl, hub, close: () => opened.disposeAsync() }
}

type Parts = Required<Pick<AppOptions, 'now' | 'onRoute'>> & {
  hub: Hub
  database: Database
  log: Log
  metrics: Metrics
}

/** Every way in. A further contract is one line here. */
function createSurfaces(config: Config, { hub, database, log, metrics, now, onRoute }: Parts): HttpApp {
  const { trustedProxies, publicUrl, logRequests, adminKey } = config
  const matchMount = hub.mounts.match
  const http = createHttp({ log, metrics, matchMount, publicUrl, trustedProxies, logRequests, isOutage })
  http.addHook('onRoute', onRoute)
  registerOperations(http, { metrics, adminKey, isReady: () => isUp(database.ping) })
  registerImages(http, hub.qrCodes.findImage)
  registerVerifyFiles(http, hub.apps.findVerifyFile)
  const keys = createApiKeyGuard({ apiKeys: hub.apiKeys, now })
  registerCommcn(http, hub, keys)
  registerShares(http, hub, keys)
  registerControl(http, hub)
  registerBoilerplate(http, hub)
  registerBuyer(http, hub, keys)
  registerGateway(http, hub)
  registerPay(http, hub)
  registerApi(http, hub, { keys, now })
  metrics.watchTokenAges(hub.accessTokens.ages)
  metrics.watchProcess()
  return http
}

/** Sandbox mode brings its own sandbox unless all hosts of WeChat are pointed elsewhere. */
async function startSandboxIfNeeded(
  config: Config,
  stack: AsyncDisposableStack,
  log: Log,
): Promise<string | null> {
  const isElsewhere = config.apiUrl !== null && config.openUrl !== null && config.payUrl !== null
  if (config.mode === 'live' || isElsewhere) return null
  const sandbox = await startSandboxProcess(config.sandboxPort)
  let isClosing = false
  stack.defer(() => {
    isClosing = true
    return sandbox.close()
  })
  sandbox.exited.then(() => {
    if (!isClosing) log.error('the sandbox ended: calls to WeChat fail until the hub is started again')
  })
  return sandbox.url
}

async function isUp(ping: () => Promise<void>): Promise<boolean> {
  try {
    await ping()
    return true
  } catch {
    return false
  }
}
