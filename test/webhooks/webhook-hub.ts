import { equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Engine } from '../../src/database/database.ts'
import { startApiHub } from '../api/api-hub.ts'
import type { StartOptions } from '../support/hub.ts'
import { createPush, gatewayToken, type Push } from './push.ts'

export type WebhookHub = Awaited<ReturnType<typeof startWebhookHub>>

/** A hub that takes messages and may reach subscribers on this machine. Its clock can be moved. */
export async function startWebhookHub(t: TestContext, engine: Engine, options: StartOptions = {}) {
  let movedMs = 0
  const now = (): number => Date.now() + movedMs
  const env = { WEHUB_WEBHOOK_ALLOW: '127.0.0.1', ...options.env }
  const hub = await startApiHub(t, engine, { now, ...options, env })
  const { appid: appId } = await hub.sandbox.app('official_account')
  const gateway = { mode: 'plain', token: gatewayToken }
  equal((await hub.call('PATCH', `/apps/${appId}`, { gateway })).status, 200)

  return {
    ...hub,
    appId,
    now,

    /** Moves the clock and has the hub look for what is due. */
    async move(ms: number): Promise<void> {
      movedMs += ms
      await hub.hub.dispatcher.look()
    },

    async push(push: Partial<Push> = {}): Promise<void> {
      const { path, body } = createPush({ appId, now: now(), ...push })
      const answer = await hub.send('POST', path, { body, headers: { 'content-type': 'text/xml' } })
      equal(answer.status, 200, answer.text)
    },

    async addWebhook(url: string, fields: object = {}): Promise<{ id: number; secret: string }> {
      const answer = await hub.call('POST', '/webhooks', { url, ...fields })
      equal(answer.status, 201, answer.text)
      return answer.json as { id: number; secret: string }
    },

    async delivery(webhookId: number, messageId: number) {
      return (await hub.call('GET', `/webhooks/${webhookId}/deliveries/${messageId}`)).json
    },
  }
}

/** Waits for a condition, with a bound that a busy machine can meet. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await delay(10)
  }
}
