import { match } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { platform } from 'node:os'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase } from '../support/database.ts'
import { startHubProcess } from '../support/hub-process.ts'

const skip = platform() === 'linux' ? false : 'finds the sandbox in /proc'

test('says that the sandbox ended', { skip }, async (t) => {
  const { dir } = await createDatabase(t, 'sqlite')
  const hub = await startHubProcess(t, { WEHUB_PORT: '0', WEHUB_SANDBOX_PORT: '0', WEHUB_DATA_DIR: dir })
  const [sandbox] = childrenOf(hub.pid)
  process.kill(sandbox ?? 0, 'SIGKILL')
  for (let tries = 0; tries < 50 && !hub.output().includes('the sandbox ended'); tries += 1) await delay(20)
  match(hub.output(), /the sandbox ended/)
})

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number)
}

function parentOf(name: string): number | null {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1])
  } catch {
    return null
  }
}
