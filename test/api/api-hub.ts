import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import type { ApiKeyInput } from '../../src/hub/api-keys/api-keys.ts'
import type { AppKind } from '../../src/hub/apps/app.ts'
import { Secret } from '../../src/secret.ts'
import { type StartOptions, startHub } from '../support/hub.ts'
import type { Answer } from '../support/hub-client.ts'
import { tester } from '../support/tester.ts'

export const adminKey = `whk_${'a'.repeat(40)}`

export type ApiHub = Awaited<ReturnType<typeof startApiHub>>

/** A hub with a client for the API. `credential` is an API key or a session token; null sends none. */
export async function startApiHub(t: TestContext, engine: Engine = 'sqlite', options: StartOptions = {}) {
  const hub = await startHub(t, { ...options, engine, env: { WEHUB_ADMIN_KEY: adminKey, ...options.env } })
  const { appid: miniAppId } = await hub.sandbox.app('mini_program')

  async function call(
    method: string,
    path: string,
    body?: unknown,
    credential: string | null = adminKey,
  ): Promise<Answer & { json: Record<string, unknown> }> {
    const headers: Record<string, string> =
      credential === null ? {} : { authorization: `Bearer ${credential}` }
    const init = body === undefined ? { headers } : hub.json(body, headers)
    const answer = await hub.send(method, `/api/v1${path}`, init)
    return { ...answer, json: (answer.body ?? {}) as Record<string, unknown> }
  }

  return {
    ...hub,
    call,
    miniAppId,

    async makeKey(input: Partial<ApiKeyInput>): Promise<string> {
      const { key } = await hub.hub.apiKeys.add({ name: 'test', scopes: ['admin'], ...input }, tester)
      return key.reveal()
    },

    /** An app that the sandbox knows too. */
    async makeApp(tenantId: number, kind: AppKind = 'mini_program', openPlatform: string | false = 'demo') {
      const { appid, secret } = await hub.sandbox.control('POST', '/apps', { kind, openPlatform })
      const app = { appId: String(appid), kind, tenantId, name: 'made for a test' }
      await hub.hub.apps.add({ ...app, secret: new Secret(String(secret)) })
      return app.appId
    },

    /** Logs a user of the sandbox in; what `POST /logins` answers. */
    async logIn(appId = miniAppId, userId = 'u1') {
      const { code } = await hub.sandbox.control('POST', `/users/${userId}/login`, { appid: appId })
      const answer = await call('POST', '/logins', { appId, code }, null)
      if (answer.status !== 200) throw new Error(answer.text)
      return answer.json as { token: string; openId: string; expiresAt: number; user: { id: number } }
    },

    async identityId(token: string): Promise<number> {
      const session = await hub.hub.sessions.findLive(token)
      if (session === null) throw new Error('no live session')
      return session.identityId
    },
  }
}
