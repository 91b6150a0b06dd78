import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBareServer, startContender, startUpstream } from '../contenders/contenders.ts'
import { ratiosOf, spreadOf } from '../measure/statistics.ts'
import type { Line, Operation } from './operation.ts'

/** From the spawn to the line that says "ready", with a database and a compile cache that are there. */
export const start: Operation = {
  name: 'start',
  title: 'start of the hub process to ready, against Fastify + Kysely that do nothing',
  isLong: true,
  async run({ options }) {
    await using stack = new AsyncDisposableStack()
    const upstream = await startUpstream()
    stack.defer(() => upstream.close())
    const dataDir = await mkdtemp(join(tmpdir(), 'wehub-bench-start-'))
    stack.defer(() => rm(dataDir, { recursive: true, force: true }))

    const startHub = () => timeStart(startContender('wehub', upstream.url, dataDir))
    const startBare = () => timeStart(startBareServer(dataDir))
    const first = await startHub()
    await startBare()
    const hub: number[] = []
    const bare: number[] = []
    for (let round = 0; round < options.rounds; round += 1) {
      hub.push(await startHub())
      bare.push(await startBare())
    }
    return [
      toLine('wehub', hub, `the very first start, with an empty data dir: ${first.toFixed(0)} ms`),
      toLine('bare', bare),
      toRatioLine(hub, bare),
    ]
  },
}

async function timeStart(starting: ReturnType<typeof startBareServer>): Promise<number> {
  const running = await starting
  await running.close()
  return running.startedInMs
}

function toLine(what: string, times: number[], note?: string): Line {
  const { median: value, low, high } = spreadOf(times)
  return { what, value, low, high, unit: 'ms', ...(note !== undefined && { note }) }
}

function toRatioLine(hub: number[], bare: number[]): Line {
  const { median: value, low, high } = ratiosOf(hub, bare)
  return { what: 'wehub : bare', value, low, high, unit: '×', target: { atMost: 3 } }
}
