import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import type { AppKind } from '../../src/hub/apps/app.ts'
import type { Message } from '../../src/hub/messages/message.ts'
import { Secret } from '../../src/secret.ts'
import { startApiHub } from '../api/api-hub.ts'
import type { StartOptions } from '../support/hub.ts'
import { makePush, type Pushed, type PushSettings } from '../support/push.ts'

const everybody = { tenantId: null, apps: null }

/** A hub with an app whose messages it takes, and WeChat's side of the push. */
export async function openGateway(
  t: TestContext,
  engine: Engine = 'sqlite',
  mode: PushSettings['mode'] = 'safe',
  options: StartOptions & { kind?: AppKind } = {},
) {
  const hub = await startApiHub(t, engine, options)
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const appId = await hub.makeApp(tenantId, options.kind ?? 'official_account')
  const settings = { appId, mode, token: 'pushToken1', aesKey: 'Kq7Wv2Rb9Xn4Ht6Ym1Zc8Lp3Gs5Fj0AKq7Wv2Rb9Xn4' }
  await setUp(settings)

  async function setUp({ mode: newMode, token, aesKey }: PushSettings): Promise<void> {
    const gateway = { mode: newMode, token: new Secret(token), encodingAesKey: new Secret(aesKey) }
    await hub.hub.apps.change(appId, { gateway })
  }

  const send = ({ path, body }: Pushed, headers: Record<string, string> = { 'content-type': 'text/xml' }) =>
    hub.send('POST', path, { headers, body })

  return {
    ...hub,
    appId,
    tenantId,
    settings,
    setUp,
    send,
    push: (message: string | Buffer, other: { base?: string; at?: number } = {}) =>
      send(makePush(settings, message, other)),

    /** All that is stored, the oldest first. */
    async stored(): Promise<Message[]> {
      return (await hub.hub.messages.list({ before: null, limit: 100_000 }, everybody)).reverse()
    },
  }
}
