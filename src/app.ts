import { randomUUID } from 'node:crypto'
import type { DestinationStream } from 'pino'
import type { Config } from './config.ts'
import { claimMode } from './database/claim-mode.ts'
import { createDataKeys } from './database/data-keys.ts'
import { openDatabase } from './database/database.ts'
import { readMasterKeyFile } from './database/master-key-file.ts'
import { sealingPurposes } from './database/sealed-columns.ts'
import { registerCommcn } from './dialects/commcn/routes.ts'
import { registerControl } from './dialects/control/routes.ts'
import { createHttp, listeningUrl } from './http/http.ts'
import { createLog } from './http/log.ts'
import { createMetrics } from './http/metrics.ts'
import { registerOperations } from './http/operations.ts'
import { createHub, type Hub } from './hub/hub.ts'
import { startJobs } from './jobs/jobs.ts'
import { registerSandboxApps } from './sandbox-apps.ts'
import { startSandboxProcess } from './sandbox-process.ts'
import { createWeChat } from './wechat/wechat.ts'

export type App = {
  url: string
  sandboxUrl: string | null
  hub: Hub
  close: () => Promise<void>
}

export type AppOptions = { logDestination?: DestinationStream; now?: () => number }

/** Starts everything and returns when the hub listens. A start that fails closes what it had opened. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const { now = Date.now, logDestination } = options
  const { adminKey } = config
  const log = createLog({ level: config.logLevel, ...(logDestination && { destination: logDestination }) })
  const metrics = createMetrics()

  const sandboxStart = startSandboxIfNeeded(config, stack)
  const database = stack.use(await openDatabase(config.database))
  await database.migrate()
  await claimMode(database, config.mode)
  const masterKeys = config.masterKeys ?? readMasterKeyFile(masterKeyPath(config))
  const dataKeys = createDataKeys(database, masterKeys, now)
  await dataKeys.load(sealingPurposes)

  const { apiUrl, sandboxUrl } = await chooseUpstream(config, await sandboxStart)
  const wechat = createWeChat({ apiUrl, onCall: metrics.upstreamCalled })
  stack.defer(() => wechat.close())
  const hub = createHub({
    database,
    dataKeys,
    wechat,
    observer: metrics.observer,
    adminKey,
    now,
    nodeId: randomUUID(),
  })
  await hub.mounts.ensureDefault('control', null)
  if (sandboxUrl !== null) await registerSandboxApps(hub, sandboxUrl)

  // Another process may have made them at this moment: what it made is in force here before we listen.
  await hub.setup.refresh()

  const { trustedProxies, publicUrl, logRequests } = config
  const matchMount = hub.mounts.match
  const http = createHttp({ log, metrics, matchMount, publicUrl, trustedProxies, logRequests })
  registerOperations(http, { metrics, adminKey, isReady: () => isUp(database.ping) })
  registerCommcn(http, hub)
  registerControl(http, hub)
  metrics.watchTokenAges(hub.accessTokens.ages)
  metrics.watchProcess()

  stack.defer(() => http.close())
  await http.listen({ host: config.host, port: config.port })
  const jobs = startJobs(hub, (name, err) => log.error({ job: name, err }, 'a job failed'))
  stack.defer(() => jobs.close())

  const opened = stack.move()
  return { url: listeningUrl(http), sandboxUrl, hub, close: () => opened.disposeAsync() }
}

/** The master keys of a hub whose settings name none. */
export function masterKeyPath({ dataDir }: Config): string {
  return `${dataDir}/master.key`
}

/** Sandbox mode brings its own sandbox unless all hosts of WeChat are pointed elsewhere. */
async function startSandboxIfNeeded(config: Config, stack: AsyncDisposableStack): Promise<string | null> {
  const isElsewhere = config.apiUrl !== null && config.openUrl !== null && config.payUrl !== null
  if (config.mode === 'live' || isElsewhere) return null
  const sandbox = await startSandboxProcess(config.sandboxPort)
  stack.defer(() => sandbox.close())
  return sandbox.url
}

async function chooseUpstream(config: Config, ownSandboxUrl: string | null) {
  if (config.mode === 'live')
    return { apiUrl: config.apiUrl ?? 'https://api.weixin.qq.com', sandboxUrl: null }
  const sandboxUrl = ownSandboxUrl ?? config.apiUrl
  if (sandboxUrl === null) throw new Error('no sandbox was started')
  return { apiUrl: config.apiUrl ?? sandboxUrl, sandboxUrl }
}

async function isUp(ping: () => Promise<void>): Promise<boolean> {
  try {
    await ping()
    return true
  } catch {
    return false
  }
}
