import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { makePush, type PushSettings, textMessage, toXml } from '../support/push.ts'
import { runs } from '../support/runs.ts'
import { listHostileBodies } from './hostile-bodies.ts'

const adminKey = `whk_${'a'.repeat(40)}`

for (const mode of ['plain', 'safe'] as const) {
  test(`harms nobody by what it is sent in ${mode} mode, at once and with steady memory`, async (t) => {
    const hub = await startLiveGateway(t, mode)
    const bodies = listHostileBodies()
    ok(bodies.length >= 200, `${bodies.length}`)
    const slow: string[] = []
    // Long enough for a machine that does other things too; a bomb would take seconds.
    const noteSlow = (name: string, tookMs: number) => tookMs > 2000 && slow.push(`${name}: ${tookMs} ms`)
    let taken = 0
    let baseMb = 0
    for (let round = 0; round < runs(2); round += 1) {
      for (const { name, body, mayBeTaken } of bodies) {
        // Unsigned too, and as what is around an encrypted message: that is read before any signature is checked.
        if (round === 0) {
          const unsigned = await hub.pushUnsigned(body)
          equal(Math.floor(unsigned.status / 100), 4, name)
          noteSlow(name, unsigned.tookMs)
        }
        const { status, text, tookMs } = await hub.push(body)
        noteSlow(name, tookMs)
        if (status === 200) {
          taken += 1
          equal(text, 'success', name)
          ok(mayBeTaken, `${name} was taken`)
        } else {
          ok(status >= 400 && status < 500, `${name}: ${status}`)
          equal(text, '', name)
          ok(!mayBeTaken, `${name}: ${status}`)
        }
      }
      if (round === 0) baseMb = hub.memoryMb()
    }
    deepEqual(slow, [])
    ok(taken >= 10 * runs(2))
    const grownMb = hub.memoryMb() - baseMb
    ok(grownMb < 60, `memory grew by ${grownMb} MB`)
    equal((await hub.push(Buffer.from(toXml(textMessage('after'))))).status, 200)
    const stored = await hub.listStored()
    deepEqual(new Set(stored.map(({ kind }) => kind)), new Set(['text']))
    ok(stored.some(({ content }) => content.content === "'; drop table messages; --"))
    equal(Object.hasOwn(Object.prototype, 'isAdmin'), false)
  })
}

/** A hub in a process of its own, so that its memory and its death would show. */
async function startLiveGateway(t: TestContext, mode: PushSettings['mode']) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'sqlite')
  const env = {
    ...hubEnvironment(database, sandbox.url),
    WEHUB_ADMIN_KEY: adminKey,
    PATH: process.env.PATH ?? '',
  }
  const hub = await startHubProcess(t, env)
  const { appid: appId } = await sandbox.app('official_account')
  const settings = { appId, mode, token: 'hostileToken', aesKey: 'H'.repeat(43) }
  const authorization = `Bearer ${adminKey}`
  const { token, aesKey: encodingAesKey } = settings
  const change = await fetch(`${hub.url}/api/v1/apps/${appId}`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ gateway: { mode, token, encodingAesKey } }),
  })
  equal(change.status, 200)

  async function send(path: string, body: Buffer): Promise<{ status: number; text: string; tookMs: number }> {
    const startedAt = performance.now()
    const sent = fetch(hub.url + path, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })
    // What is too long is refused while it is still on its way: a client may see no more than that.
    const response = await (body.length > 65_536 ? sent.catch(() => null) : sent)
    const text = (await response?.text()) ?? ''
    return { status: response?.status ?? 413, text, tookMs: performance.now() - startedAt }
  }

  return {
    push(message: Buffer) {
      const { path, body } = makePush(settings, message)
      return send(path, body)
    },

    pushUnsigned(message: Buffer) {
      const { path } = makePush(settings, message)
      return send(path.replace(/signature=\w+/g, `signature=${'0'.repeat(40)}`), message)
    },

    memoryMb(): number {
      const status = readFileSync(`/proc/${hub.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },

    async listStored() {
      const answer = await fetch(`${hub.url}/api/v1/messages?limit=200`, { headers: { authorization } })
      const { items } = (await answer.json()) as { items: { kind: string; content: { content?: string } }[] }
      return items
    },
  }
}
