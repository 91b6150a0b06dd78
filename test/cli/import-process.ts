import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { readCpuMs } from '../../bench/contenders/process-usage.ts'
import type { TestDatabase } from '../support/database.ts'

const step = 100_000

/**
 * Runs `wehub import` as npx does; how much memory it took at most, and by 100,000 rows its rows a second and the
 * processor time of a row, in microseconds, which others on the machine disturb less.
 */
export async function importProcess({ dir }: TestDatabase, env: Record<string, string>, args: string[]) {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn('./wehub.js', ['import', ...args, '--json'], {
    env: { ...env, PATH },
    stdio: [...stdio],
  })
  if (child.stdout === null) throw new Error('the output is not piped')
  const output = text(child.stdout)
  const exited = once(child, 'exit')
  using database = new DatabaseSync(`${dir}/wehub.db`, { readOnly: true })
  const count = database.prepare(`select max(id) as rows from ${args[0]}`)
  const before = Number(count.get()?.rows ?? 0)
  let peakMb = 0
  let [seen, seenAt, cpuSeen] = [0, performance.now(), 0]
  const rates: number[] = []
  const cpuMicros: number[] = []
  while (child.exitCode === null && child.signalCode === null) {
    peakMb = Math.max(peakMb, peakOf(child.pid ?? 0))
    const rows = Number(count.get()?.rows ?? 0) - before
    const [now, cpu] = [performance.now(), readCpuMs(child.pid ?? 0)]
    // Opening the hub is no part of the rate.
    if (rows === 0) [seenAt, cpuSeen] = [now, cpu]
    if (rows >= seen - (seen % step) + step) {
      rates.push(Math.round(((rows - seen) * 1000) / (now - seenAt)))
      cpuMicros.push(Math.round(((cpu - cpuSeen) * 1000) / (rows - seen)))
      ;[seen, seenAt, cpuSeen] = [rows, now, cpu]
    }
    await setTimeout(25)
  }
  await exited
  const { added } = JSON.parse(await output) as { added: number }
  return { added, peakMb, rates, cpuMicros }
}

/** The largest resident size so far, in MB, as Linux counts it; 0 once the process has ended. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) / 1024
  } catch {
    return 0
  }
}
