import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchApp, benchKey, gatewayApps } from '../upstream/bench-app.ts'
import { benchMerchant } from '../upstream/bench-merchant.ts'
import { type RunningProcess, startProcess } from './start-process.ts'

export const contenderNames = ['wehub', 'floor', 'peer'] as const

export type ContenderName = (typeof contenderNames)[number]

export type Contender = RunningProcess & { name: ContenderName; dataDir: string }

/** Each gets an empty directory of its own, which is also where it runs, unless it is given one. */
export async function startContender(
  name: ContenderName,
  upstreamUrl: string,
  presentDataDir?: string,
): Promise<Contender> {
  const dataDir = presentDataDir ?? (await mkdtemp(join(tmpdir(), `wehub-bench-${name}-`)))
  const running = await startProcess({ ...programs[name](dataDir, upstreamUrl), cwd: dataDir })
  return {
    ...running,
    name,
    dataDir,
    async close() {
      await running.close()
      if (presentDataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export async function startContenders(names: readonly ContenderName[], upstreamUrl: string) {
  const contenders: Contender[] = []
  for (const name of names) contenders.push(await startContender(name, upstreamUrl))
  return contenders
}

export const startUpstream = (latencyMs = 0): Promise<RunningProcess> =>
  startProcess({
    file: fileOf('../upstream/main.ts'),
    cwd: tmpdir(),
    env: { BENCH_LATENCY_MS: String(latencyMs) },
  })

/** With the same help from the compile cache as the hub's start.js. */
export const startBareServer = (dataDir: string): Promise<RunningProcess> =>
  startProcess({
    file: fileOf('../floor/bare-server.ts'),
    cwd: dataDir,
    env: { BENCH_DATA_DIR: dataDir, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
  })

const programs = {
  wehub: (dataDir: string, upstreamUrl: string) => ({
    file: fileOf('../../start.js'),
    // As in the script of `npm start`.
    flags: ['--max-semi-space-size=8'],
    env: {
      WEHUB_PORT: '0',
      WEHUB_DATA_DIR: dataDir,
      WEHUB_ADMIN_KEY: benchKey,
      WEHUB_WECHAT_API_URL: upstreamUrl,
      WEHUB_WECHAT_OPEN_URL: upstreamUrl,
      WEHUB_WECHAT_PAY_URL: upstreamUrl,
    },
  }),
  floor: (dataDir: string, upstreamUrl: string) => ({
    file: fileOf('../floor/main.ts'),
    env: commonEnv(dataDir, upstreamUrl),
  }),
  peer: (dataDir: string, upstreamUrl: string) => ({
    file: fileOf('../peers/express-easywechat/main.js'),
    env: { ...commonEnv(dataDir, upstreamUrl), NODE_ENV: 'production' },
  }),
} satisfies Record<ContenderName, unknown>

function commonEnv(dataDir: string, upstreamUrl: string) {
  return {
    BENCH_DATA_DIR: dataDir,
    BENCH_KEY: benchKey,
    BENCH_GATEWAYS: JSON.stringify(gatewayApps),
    BENCH_UPSTREAM_URL: upstreamUrl,
    BENCH_APP_ID: benchApp.appid,
    BENCH_APP_SECRET: benchApp.secret,
    BENCH_MERCHANT: JSON.stringify(benchMerchant),
  }
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
