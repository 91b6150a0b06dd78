import { type Answer, type Connection, openConnection } from './connection.ts'
import type { Traffic } from './traffic.ts'

export type LoadPlan = {
  port: number
  connections: number
  /** The number of the first request. */
  first: number
  /** Stops after this time or this many requests, whichever comes first. */
  durationMs: number
  maxRequests: number
}

/** `busy` is how much of the time this process had work: near 1 it is the load that is measured. */
export type LoadResult = { requests: number; elapsedMs: number; busy: number; p50Ms: number; p99Ms: number }

/** Keeps every connection busy with one request after the other, and checks every answer. */
export async function runLoad(plan: LoadPlan, traffic: Traffic): Promise<LoadResult> {
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>()
  const check = createAnswerCheck(traffic)
  const latencies: number[] = []
  let sent = 0
  let answered = 0
  let endsAt = 0

  async function openLane(): Promise<() => void> {
    let n = 0
    let sentAt = 0
    const connection: Connection = await openConnection(plan.port, onAnswer, reject)
    function sendNext(): void {
      if (sent >= plan.maxRequests) return
      n = plan.first + sent
      sent += 1
      sentAt = performance.now()
      connection.send(traffic.request(n))
    }
    function onAnswer(answer: Answer): void {
      try {
        check(n, answer)
      } catch (error) {
        reject(error)
        return
      }
      const now = performance.now()
      latencies.push(now - sentAt)
      answered += 1
      if (now < endsAt) sendNext()
      if (answered === sent) resolve()
    }
    closers.push(connection.close)
    return sendNext
  }

  const closers: (() => void)[] = []
  try {
    const starts = await Promise.all(Array.from({ length: plan.connections }, openLane))
    const idleBefore = performance.eventLoopUtilization()
    const startedAt = performance.now()
    endsAt = startedAt + plan.durationMs
    for (const start of starts) start()
    await finished
    const elapsedMs = performance.now() - startedAt
    const busy = performance.eventLoopUtilization(idleBefore).utilization
    return { requests: answered, elapsedMs, busy, ...percentiles(latencies) }
  } finally {
    for (const close of closers) close()
  }
}

const sampleEvery = 61

// Ids have one to four digits.
const maxDifference = 3

/** All answers: status, length, beginning. The first and a sample: everything. */
function createAnswerCheck(traffic: Traffic) {
  let length = -1
  return (n: number, { status, body }: Answer): void => {
    if (status !== 200) throw new Error(`HTTP ${status}: ${body.slice(0, 200)}`)
    if (length === -1 || n % sampleEvery === 0) traffic.check(n, traffic.isText ? body : JSON.parse(body))
    if (length === -1) length = body.length
    if (Math.abs(body.length - length) > maxDifference || !body.startsWith(traffic.prefix)) {
      throw new Error(`an answer unlike the others: ${body.slice(0, 200)}`)
    }
  }
}

function percentiles(latencies: number[]): { p50Ms: number; p99Ms: number } {
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
