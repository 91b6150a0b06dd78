import { setTimeout as delay } from 'node:timers/promises'
import { type Contender, startContender, startUpstream } from '../contenders/contenders.ts'
import { readRssMb } from '../contenders/process-usage.ts'
import { firstNumber, portOf } from '../measure/rounds.ts'
import { slopeOf } from '../measure/statistics.ts'
import { issueSessions } from './issue-sessions.ts'
import type { Bench, Line, Operation } from './operation.ts'
import type { TrafficData } from './traffics.ts'

const slices = 10
const settleMs = 3000

/** Resident memory of the hub before and after --requests requests, half logins, half session checks. */
export const memory: Operation = {
  name: 'memory',
  title: 'resident memory of the hub, idle and after --requests requests',
  isLong: true,
  async run(bench) {
    await using stack = new AsyncDisposableStack()
    const upstream = await startUpstream()
    stack.defer(() => upstream.close())
    const hub = await startContender('wehub', upstream.url)
    stack.defer(() => hub.close())
    await delay(settleMs)
    const idle = readRssMb(hub.pid)
    const sizes = await loadInSlices(bench, hub)
    await delay(settleMs)
    return toLines(bench.options.requests, idle, sizes, readRssMb(hub.pid))
  },
}

async function loadInSlices({ load, options }: Bench, hub: Contender): Promise<number[]> {
  const data = await issueSessions(hub)
  const sizes: number[] = []
  const maxRequests = Math.ceil(options.requests / slices / 2)
  for (let slice = 0; slice < slices; slice += 1) {
    const first = firstNumber + slice * maxRequests
    const plan = {
      port: portOf(hub),
      connections: options.connections,
      first,
      maxRequests,
      durationMs: 600_000,
    }
    for (const order of orders(data)) await load.run({ ...order, plan })
    sizes.push(readRssMb(hub.pid))
  }
  return sizes
}

function orders(data: TrafficData) {
  return [
    { traffic: 'login', data },
    { traffic: 'session-check', data },
  ] as const
}

function toLines(requests: number, idle: number, sizes: number[], after: number): Line[] {
  // The first half is growth to the working size; a leak goes on in the second.
  const later = sizes.slice(slices / 2)
  const slope = slopeOf(later) * slices * (100_000 / requests)
  const note = `after each tenth: ${sizes.map((size) => size.toFixed(0)).join(' ')}`
  return [
    { what: 'idle', value: idle, unit: 'MB', target: { atMost: 180 } },
    { what: `after ${requests}`, value: after, unit: 'MB', target: { atMost: 240 }, note },
    { what: 'slope, second half', value: slope, unit: 'MB per 100,000' },
  ]
}
