import { readFileSync } from 'node:fs'

const ticksPerSecond = 100
const pageBytes = 4096

/** Processor time used so far by all threads, or NaN where there is no /proc. */
export function readCpuMs(pid: number): number {
  const text = readProc(pid, 'stat')
  // The name in parentheses may hold blanks; utime and stime are the 12th and 13th fields after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Resident memory in MB (10^6 bytes), or NaN where there is no /proc. */
export function readRssMb(pid: number): number {
  return (Number(readProc(pid, 'statm').split(' ')[1]) * pageBytes) / 1e6
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
