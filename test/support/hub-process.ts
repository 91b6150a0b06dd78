import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { assertNoLeak } from './leak-guard.ts'
import { onEnd } from './on-end.ts'

export type HubProcess = Awaited<ReturnType<typeof startHubProcess>>

/** The hub as an operator starts it, in a process that can be stopped, frozen and killed. */
export async function startHubProcess(t: TestContext, env: Record<string, string>) {
  const child = spawn(process.execPath, ['start.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const ready = new Promise<{ url: string }>((resolve, reject) => {
    const read = (text: string): void => {
      output += text
      const line = /^wehub ready (.*)$/m.exec(output)
      if (line?.[1] !== undefined) resolve(JSON.parse(line[1]))
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    exited.then(([code]) => reject(new Error(`the hub ended with ${code}: ${output}`)))
  })
  onEnd(t, async () => {
    child.kill('SIGKILL')
    await exited
    assertNoLeak('the output', output)
  })
  const { url } = await ready
  return {
    url,
    exited,
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
  }
}
