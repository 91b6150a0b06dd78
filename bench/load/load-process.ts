import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TrafficData, TrafficName } from '../operations/traffics.ts'
import type { LoadPlan, LoadResult } from './run-load.ts'

export type LoadOrder = { traffic: TrafficName; data: TrafficData; plan: LoadPlan }
export type LoadReport = { result: LoadResult } | { problem: string }
export type LoadProcess = ReturnType<typeof startLoadProcess>

/** A contender gave a wrong answer, or none: the bench fails. */
export class WrongAnswer extends Error {}

/** Starts the process that makes the load. */
export function startLoadProcess() {
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)))
  return {
    async run(order: LoadOrder): Promise<LoadResult> {
      child.send(order)
      const [report] = (await once(child, 'message')) as [LoadReport]
      if ('problem' in report) throw new WrongAnswer(`${order.traffic}: ${report.problem}`)
      return report.result
    },
    close: (): void => child.disconnect(),
  }
}
