import { type Contender, contenderNames, startContenders, startUpstream } from '../contenders/contenders.ts'
import { type Lane, type Round, runRounds } from '../measure/rounds.ts'
import { ratiosOf, spreadOf } from '../measure/statistics.ts'
import type { Bench, Line, Operation } from './operation.ts'
import type { TrafficData, TrafficName } from './traffics.ts'

type Throughput = {
  name: TrafficName
  title: string
  prepare?: (contender: Contender, bench: Bench) => Promise<TrafficData>
  targets: { floor: number; peer?: number }
}

/** An operation of which as many as possible are done in a second, by every contender. */
export function createThroughput({ name, title, prepare, targets }: Throughput): Operation {
  return {
    name,
    title,
    async run(bench) {
      await using stack = new AsyncDisposableStack()
      const upstream = await startUpstream()
      stack.defer(() => upstream.close())
      const names = contenderNames.filter((one) => one !== 'peer' || targets.peer !== undefined)
      const lanes: Lane[] = []
      for (const contender of await startContenders(names, upstream.url)) {
        stack.defer(() => contender.close())
        const data = (await prepare?.(contender, bench)) ?? { tokens: [] }
        lanes.push({ contender, data, rounds: [] })
      }
      await runRounds(bench.load, name, lanes, bench.options)
      return [...lanes.map(toRateLine), ...toRatioLines(lanes, targets)]
    },
  }
}

function toRateLine({ contender, rounds }: Lane): Line {
  const { median: value, low, high } = spreadOf(perSecond(rounds))
  const middle = (pick: (round: Round) => number) => spreadOf(rounds.map(pick)).median
  const cpu = middle((round) => round.cpuUsPerRequest).toFixed(0)
  const p50 = middle((round) => round.p50Ms).toFixed(1)
  const p99 = middle((round) => round.p99Ms).toFixed(1)
  const busy = (100 * middle((round) => round.busy)).toFixed(0)
  const note = `${cpu} µs CPU/request, p50 ${p50} ms, p99 ${p99} ms, load busy ${busy} %`
  return { what: contender.name, value, low, high, unit: 'req/s', note }
}

function toRatioLines([wehub, ...others]: readonly Lane[], targets: Throughput['targets']): Line[] {
  if (wehub === undefined) return []
  return others.map(({ contender, rounds }) => {
    const { median: value, low, high } = ratiosOf(perSecond(wehub.rounds), perSecond(rounds))
    const atLeast = contender.name === 'floor' ? targets.floor : targets.peer
    const byCpu = ratiosOf(cpuCosts(rounds), cpuCosts(wehub.rounds)).median.toFixed(2)
    const note = `by CPU time ${byCpu}`
    const target = atLeast === undefined ? {} : { target: { atLeast } }
    return { what: `wehub : ${contender.name}`, value, low, high, unit: '×', note, ...target }
  })
}

const perSecond = (rounds: readonly Round[]) => rounds.map((round) => round.requestsPerSecond)
const cpuCosts = (rounds: readonly Round[]) => rounds.map((round) => round.cpuUsPerRequest)
