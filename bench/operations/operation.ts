import type { LoadProcess } from '../load/load-process.ts'
import type { Options } from '../options.ts'

/** `target` is what §8 of the design asks for; a miss is printed, never an error. */
export type Line = {
  what: string
  value: number
  unit: 'req/s' | '×' | 'ms' | 'MB' | 'calls' | 'MB per 100,000'
  low?: number
  high?: number
  note?: string
  target?: { atLeast: number } | { atMost: number }
}

export type Operation = {
  name: string
  title: string
  /** Runs only when it is named, or with --all. */
  isLong?: boolean
  run: (bench: Bench) => Promise<Line[]>
}

export type Bench = { load: LoadProcess; options: Options }
