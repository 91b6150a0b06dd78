import type { Tampering } from '../pay/signed-headers.ts'
import type { RandomBytes } from '../random-bytes.ts'
import { toFraction } from '../random-bytes.ts'
import { createPathMatcher } from './path-pattern.ts'

/** Scripted trouble. At most one of errcode, drop, and status with body; latency goes with each, tampering with what is signed. */
export type FaultScript = {
  path: string
  appid?: string
  errcode?: number
  errmsg?: string
  status?: number
  body?: string
  latencyMs?: number
  drop?: 'before' | 'after'
  tamper?: Tampering
  times?: number
  rate?: number
}

export type Fault = FaultScript & { id: number; hits: number }

export type FaultStore = ReturnType<typeof createFaultStore>

export function createFaultStore({ random }: { random: RandomBytes }) {
  let faults: (Fault & { matches: (path: string) => boolean })[] = []
  let lastId = 0

  function strikes({ rate = 1 }: Fault): boolean {
    return rate >= 1 || toFraction(random(4)) < rate
  }

  return {
    add(script: FaultScript): Fault {
      lastId += 1
      const fault = { id: lastId, ...script, hits: 0 }
      faults.unshift({ ...fault, matches: createPathMatcher(script.path) })
      return fault
    },
    list: (): Fault[] => faults.map(({ matches: _, ...fault }) => fault),
    clear(): number {
      const removed = faults.length
      faults = []
      return removed
    },
    /** The newest that fits, not used up, and that the dice agree to. The app is asked for only if needed. */
    take(path: string, findAppid: () => string | null): Fault | null {
      for (const fault of faults) {
        if (!fault.matches(path) || fault.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) continue
        if (fault.appid !== undefined && fault.appid !== findAppid()) continue
        if (!strikes(fault)) continue
        fault.hits += 1
        return fault
      }
      return null
    },
  }
}
