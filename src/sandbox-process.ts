import { fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { fileURLToPath } from 'node:url'

/** `exited` resolves when the sandbox ends, whatever ended it. */
export type SandboxProcess = { url: string; exited: Promise<void>; close: () => Promise<void> }

const readyWithinMs = 10_000

/** Starts the sandbox as a child that ends with this process, and waits until it listens. */
export async function startSandboxProcess(port: number): Promise<SandboxProcess> {
  const program = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url))
  // It gets nothing of our environment: the settings of the hub hold secrets.
  const env = { WEHUB_SANDBOX_PORT: String(port), NODE_COMPILE_CACHE: getCompileCacheDir() ?? '' }
  const child = fork(program, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(0, 2000)
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the sandbox did not start in time')), readyWithinMs)
    child.once('message', (message) => {
      clearTimeout(timer)
      resolve(readUrl(message))
    })
    exited.then(() => {
      clearTimeout(timer)
      reject(new Error(`the sandbox did not start: ${complaint.trim() || 'no reason given'}`))
    })
  })
  return {
    url,
    exited,
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function readUrl(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'url' in message) return String(message.url)
  throw new Error('the sandbox said something else than where it listens')
}
