import {
  type ContenderName,
  contenderNames,
  startContender,
  startUpstream,
} from '../contenders/contenders.ts'
import { WrongAnswer } from '../load/load-process.ts'
import { firstNumber, portOf } from '../measure/rounds.ts'
import type { Bench, Line, Operation } from './operation.ts'

const callers = 1000
/** Long enough for all callers to have asked before the answer is there. */
const latencyMs = 300

/** Many ask at once for a token that nobody has yet: how often is WeChat asked? */
export const coldTokenReads: Operation = {
  name: 'cold-token-reads',
  title: `${callers} parallel reads of a token that is not there yet, WeChat answers in ${latencyMs} ms`,
  async run(bench) {
    const lines: Line[] = []
    for (const name of contenderNames) lines.push(await countCalls(name, bench))
    const [wehub] = lines
    if (wehub?.value !== 1) throw new WrongAnswer(`the hub asked WeChat ${wehub?.value} times for one token`)
    return lines
  },
}

async function countCalls(name: ContenderName, { load }: Bench): Promise<Line> {
  await using stack = new AsyncDisposableStack()
  const upstream = await startUpstream(latencyMs)
  stack.defer(() => upstream.close())
  const contender = await startContender(name, upstream.url)
  stack.defer(() => contender.close())
  const limits = { durationMs: 60_000, maxRequests: callers }
  const plan = { port: portOf(contender), connections: callers, first: firstNumber, ...limits }
  const { elapsedMs } = await load.run({ traffic: 'token-read', data: { tokens: [] }, plan })
  const response = await fetch(`${upstream.url}/_bench/calls`)
  const calls = (await response.json()) as Record<string, number>
  const value = (calls['/cgi-bin/stable_token'] ?? 0) + (calls['/cgi-bin/token'] ?? 0)
  const note = `all answered after ${elapsedMs.toFixed(0)} ms`
  return { what: name, value, unit: 'calls', note, ...(name === 'wehub' && { target: { atMost: 1 } }) }
}
