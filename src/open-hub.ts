import { randomUUID } from 'node:crypto'
import type { Config } from './config.ts'
import { claimMode } from './database/claim-mode.ts'
import { createDataKeys } from './database/data-keys.ts'
import { type Database, openDatabase } from './database/database.ts'
import { readMasterKeyFile } from './database/master-key-file.ts'
import { claimPersonKeys, openPersonKeyDatabase } from './database/person-keys/person-key-database.ts'
import { createPersonKeys } from './database/person-keys/person-keys.ts'
import { sealingPurposes } from './database/sealed-columns.ts'
import type { SqliteUse } from './database/sqlite-dialect.ts'
import { createHub, type Hub } from './hub/hub.ts'
import { type Observer, silentObserver } from './hub/observer.ts'
import { createOutbound } from './outbound/outbound.ts'
import type { CallObserver } from './wechat/upstream.ts'
import { createWeChat } from './wechat/wechat.ts'

export type OpenHub = { hub: Hub; database: Database; apiUrl: string; sandboxUrl: string | null }

export type OpenHubOptions = {
  /** Where a sandbox of our own listens or will listen; awaited only when the database is open. */
  sandboxUrl?: Promise<string | null> | string | null
  observer?: Observer
  onCall?: CallObserver
  now?: () => number
  /** Dates signatures of WeChat Pay: real time, also where `now` was moved. */
  payNow?: () => number
  /** Where WeChat reaches this hub; by default the public URL. */
  callbackUrl?: () => string
  /** The port that the hub listens on, once it does. */
  ownPort?: () => number | null
  /** What SQLite is to be fast at. */
  use?: SqliteUse
}

/** The hub without its HTTP server and jobs: for the server and for the command line. */
export async function openHub(
  config: Config,
  stack: AsyncDisposableStack,
  options: OpenHubOptions = {},
): Promise<OpenHub> {
  const { observer = silentObserver, onCall = () => undefined, now = Date.now } = options
  // A sandbox that fails while the database opens is told when it is awaited, not before.
  const sandboxUrlGiven = Promise.resolve(options.sandboxUrl ?? null)
  sandboxUrlGiven.catch(() => undefined)
  const database = stack.use(await openDatabase(config.database, options.use))
  await database.migrate()
  await claimMode(database, config.mode)
  const masterKeys = () => config.masterKeys ?? readMasterKeyFile(masterKeyPath(config))
  const dataKeys = createDataKeys(database, masterKeys(), now)
  await dataKeys.load(sealingPurposes)
  const personKeyDatabase = stack.use(
    await openPersonKeyDatabase(config.database, options.use === 'bulk' ? 'appending' : 'serving'),
  )
  await claimPersonKeys(database, personKeyDatabase)
  const personKeys = createPersonKeys({ database: personKeyDatabase, masterKeys, now })

  const { apiUrl, openUrl, payUrls, sandboxUrl } = chooseUpstream(config, await sandboxUrlGiven)
  const { payNow = Date.now } = options
  const wechat = createWeChat({ apiUrl, payUrls, onCall, payNow })
  stack.defer(() => wechat.close())
  const { adminKey, dataDir, publicUrl } = config
  const ownPort = options.ownPort ?? (() => config.port)
  const outbound = createOutbound({ rules: config.webhookAllow, own: { publicUrl, port: ownPort } })
  stack.defer(() => outbound.close())
  const imageDir = `${dataDir}/qrcodes`
  const nodeId = randomUUID()
  const hub = createHub({
    database,
    dataKeys,
    personKeys,
    wechat,
    outbound,
    observer,
    adminKey,
    keyBackupMs: config.keyBackupMs,
    retentionTimes: config.retentionTimes,
    now,
    nodeId,
    imageDir,
    openUrl,
    callbackUrl: options.callbackUrl ?? (() => callbackUrlOf(config)),
  })
  return { hub, database, apiUrl, sandboxUrl }
}

/** The master keys of a hub whose settings name none. */
export function masterKeyPath({ dataDir }: Config): string {
  return `${dataDir}/master.key`
}

function callbackUrlOf({ publicUrl, port }: Config): string {
  return (publicUrl ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '')
}

function chooseUpstream({ mode, apiUrl, openUrl, payUrl }: Config, ownSandboxUrl: string | null) {
  if (mode === 'live') {
    return {
      apiUrl: apiUrl ?? 'https://api.weixin.qq.com',
      openUrl: openUrl ?? 'https://open.weixin.qq.com',
      payUrls: payUrl === null ? wechatPayUrls : [payUrl],
      sandboxUrl: null,
    }
  }
  const sandboxUrl = ownSandboxUrl ?? apiUrl
  if (sandboxUrl === null) throw new Error('no sandbox was started')
  return {
    apiUrl: apiUrl ?? sandboxUrl,
    openUrl: openUrl ?? sandboxUrl,
    payUrls: [payUrl ?? sandboxUrl],
    sandboxUrl,
  }
}

/** The second stands in where the first cannot be reached. */
const wechatPayUrls = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com']
