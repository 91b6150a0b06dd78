import { equal, match, ok } from 'node:assert/strict'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { secretMark } from '../../sandbox/secret-mark.ts'
import { openSandbox } from './open-sandbox.ts'

const main = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url))

/** Starts the process and collects what it prints. */
function startProcess(t: TestContext, port: number | string, args: string[] = []) {
  const env = { ...process.env, WEHUB_SANDBOX_PORT: String(port) }
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    printed.stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    printed.stderr += String(chunk)
  })
  return { child, printed, exited: once(child, 'close') as Promise<[number | null, string | null]> }
}

test('prints one ready line and commands that work, and no secret', async (t) => {
  const { child, printed, exited } = startProcess(t, 0)
  while (!printed.stdout.includes('Stop with')) await once(child.stdout, 'data')
  const [line = ''] = printed.stdout.split('\n')
  const { url } = JSON.parse(line.replace('sandbox ready ', '')) as { url: string }
  const commands = [...printed.stdout.matchAll(/^ {2}curl (\S+)(?: -d '(.*)')?$/gm)]
  equal(commands.length, 3)
  for (const [, address = '', body] of commands) {
    const response = await fetch(address, body === undefined ? {} : { method: 'POST', body })
    ok(address.startsWith(url))
    equal(response.status, 200, address)
  }
  ok(!printed.stdout.includes(secretMark))
  child.kill('SIGTERM')
  const [code] = await exited
  equal(code, 0)
  equal(printed.stderr, '')
})

test('tells its parent where it listens, and ends when the parent goes', async (t) => {
  const env = { ...process.env, WEHUB_SANDBOX_PORT: '0' }
  const child = fork(main, { env, silent: true, execPath: process.execPath })
  t.after(() => child.kill('SIGKILL'))
  const [message] = (await once(child, 'message')) as [{ type: string; url: string }]
  equal(message.type, 'ready')
  equal((await fetch(`${message.url}/_sandbox/apps`)).status, 200)
  child.disconnect()
  const [code] = await once(child, 'exit')
  equal(code, 0)
})

test('says in one line why it cannot start', async (t) => {
  const { url } = await openSandbox(t)
  const taken = startProcess(t, new URL(url).port)
  equal((await taken.exited)[0], 1)
  match(taken.printed.stderr, /^sandbox cannot start: .*in use.*\n$/)
  const odd = startProcess(t, 'ninety')
  equal((await odd.exited)[0], 1)
  match(odd.printed.stderr, /^sandbox cannot start: WEHUB_SANDBOX_PORT .*\n$/)
})

test('explains itself', async (t) => {
  const { printed, exited } = startProcess(t, 0, ['--help'])
  equal((await exited)[0], 0)
  match(printed.stdout, /WEHUB_SANDBOX_PORT/)
})
