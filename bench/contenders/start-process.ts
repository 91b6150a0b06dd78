import { type ChildProcess, spawn } from 'node:child_process'

export type RunningProcess = {
  url: string
  pid: number
  /** From the spawn to the line that says "ready". */
  startedInMs: number
  close: () => Promise<void>
}

export type ProcessStart = { file: string; cwd: string; env?: Record<string, string>; flags?: string[] }

const readyWithinMs = 20_000

/** Starts a Node program and waits for its line `… ready {"url":…}`. It gets nothing of our environment. */
export async function startProcess({
  file,
  cwd,
  env = {},
  flags = [],
}: ProcessStart): Promise<RunningProcess> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...flags, file], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await readUrl(child, exited, file)
  const startedInMs = performance.now() - startedAt
  return {
    url,
    pid: child.pid ?? 0,
    startedInMs,
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function readUrl(child: ChildProcess, exited: Promise<void>, file: string): Promise<string> {
  let output = ''
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-2000)
  })
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`${file} ${why}: ${complaint.trim() || 'no reason given'}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('did not start in time')
    }, readyWithinMs)
    timer.unref()
    exited.then(() => fail('ended before it was ready'))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-10_000)
      const found = / ready (\{.*\})\n/.exec(output)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve((JSON.parse(found) as { url: string }).url)
    })
  })
}
