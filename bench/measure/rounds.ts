import type { Contender } from '../contenders/contenders.ts'
import { readCpuMs } from '../contenders/process-usage.ts'
import type { LoadProcess } from '../load/load-process.ts'
import type { LoadResult } from '../load/run-load.ts'
import type { TrafficData, TrafficName } from '../operations/traffics.ts'
import type { Options } from '../options.ts'

export type Round = LoadResult & { requestsPerSecond: number; cpuUsPerRequest: number }

export type Lane = { contender: Contender; data: TrafficData; rounds: Round[] }

/** Warms every contender up, then loads them in turn, A B C A B C …, so that noise meets all of them. */
export async function runRounds(
  load: LoadProcess,
  traffic: TrafficName,
  lanes: readonly Lane[],
  { connections, rounds, seconds, warmUpSeconds }: Options,
): Promise<void> {
  const next = new Map<Lane, number>()
  async function run(lane: Lane, durationMs: number): Promise<Round> {
    const { contender, data } = lane
    const first = next.get(lane) ?? firstNumber
    const plan = {
      port: portOf(contender),
      connections,
      first,
      durationMs,
      maxRequests: Number.MAX_SAFE_INTEGER,
    }
    const cpuBefore = readCpuMs(contender.pid)
    const result = await load.run({ traffic, data, plan })
    const cpuMs = readCpuMs(contender.pid) - cpuBefore
    next.set(lane, first + result.requests)
    return {
      ...result,
      requestsPerSecond: (result.requests * 1000) / result.elapsedMs,
      cpuUsPerRequest: (cpuMs * 1000) / result.requests,
    }
  }
  for (const lane of lanes) await run(lane, warmUpSeconds * 1000)
  for (let round = 0; round < rounds; round += 1) {
    for (const lane of lanes) lane.rounds.push(await run(lane, seconds * 1000))
  }
}

/** The numbers below are used by what the preparation sends. */
export const firstNumber = 1_000_000

export function portOf({ url }: { url: string }): number {
  return Number(new URL(url).port)
}
