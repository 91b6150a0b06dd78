import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { type AppOptions, startApp } from '../../src/app.ts'
import { type Environment, readConfig } from '../../src/config.ts'
import type { Engine } from '../../src/database/database.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { createHubClient } from './hub-client.ts'
import { assertNoLeak } from './leak-guard.ts'
import { onEnd } from './on-end.ts'

export type StartOptions = {
  engine?: Engine
  env?: Environment
  now?: () => number
  payNow?: () => number
  onRoute?: AppOptions['onRoute']
  /** Several hubs on one sandbox or one database. */
  sandbox?: Awaited<ReturnType<typeof openSandbox>>
  database?: TestDatabase
}

export type TestHub = Awaited<ReturnType<typeof startHub>>

export const testMasterKeys = `test:${randomBytes(32).toString('base64')}`

/** A hub in this process, over real HTTP, a real database and the sandbox. What it logs and stores is searched for secrets. */
export async function startHub(t: TestContext, options: StartOptions = {}) {
  const sandbox = options.sandbox ?? (await openSandbox(t))
  const database = options.database ?? (await createDatabase(t, options.engine ?? 'sqlite'))
  const logged: string[] = []
  const config = readConfig({ ...hubEnvironment(database, sandbox.url), ...options.env })
  const app = await startApp(config, {
    ...(options.now && { now: options.now }),
    ...(options.payNow && { payNow: options.payNow }),
    ...(options.onRoute && { onRoute: options.onRoute }),
    logDestination: { write: (line: string) => logged.push(line) },
  })
  let isClosed = false
  async function close(): Promise<void> {
    if (isClosed) return
    isClosed = true
    await app.close()
  }
  onEnd(t, () => assertNoLeak('the log', logged.join('')))
  onEnd(t, close)
  onEnd(t, async () => assertNoLeak('the database', await database.dump()))
  return { app, hub: app.hub, sandbox, database, logged, close, ...createHubClient(app.url, sandbox) }
}

/** The settings of a hub for tests: free ports, its own directory, the given sandbox as all of WeChat's hosts. */
export function hubEnvironment(database: TestDatabase, sandboxUrl: string): Record<string, string> {
  return {
    WEHUB_PORT: '0',
    WEHUB_DATA_DIR: database.dir,
    WEHUB_DATABASE_URL: database.url,
    WEHUB_MASTER_KEYS: testMasterKeys,
    WEHUB_LOG_REQUESTS: '1',
    WEHUB_LOG_LEVEL: 'debug',
    WEHUB_WECHAT_API_URL: sandboxUrl,
    WEHUB_WECHAT_OPEN_URL: sandboxUrl,
    WEHUB_WECHAT_PAY_URL: sandboxUrl,
  }
}
