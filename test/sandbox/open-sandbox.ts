import { deepEqual, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startSandbox } from '../../sandbox/start-sandbox.ts'

export type Json = Record<string, unknown>
export type SandboxApp = { appid: string; secret: string; kind: string }
export type OpenSandbox = Awaited<ReturnType<typeof openSandbox>>

/** A sandbox of its own for one test, spoken to over HTTP as any client would. */
export async function openSandbox(t: TestContext) {
  const bugs: unknown[] = []
  const { url, close } = await startSandbox({ port: 0, reportBug: (error) => bugs.push(error) })
  t.after(async () => {
    await close()
    deepEqual(bugs, [])
  })

  async function control(method: string, path: string, body?: Json): Promise<Json> {
    const response = await fetch(`${url}/_sandbox${path}`, { method, ...withJson(body) })
    const reply = (await response.json()) as Json
    equal(response.status, 200, JSON.stringify(reply))
    return reply
  }

  async function get(path: string, query: Record<string, string> = {}): Promise<Json> {
    return (await (await fetch(url + withQuery(path, query))).json()) as Json
  }

  async function post(path: string, body: Json | string): Promise<Json> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return (await (await fetch(url + path, { method: 'POST', body: text })).json()) as Json
  }

  async function app(kind: string): Promise<SandboxApp> {
    const apps = (await control('GET', '/apps')) as unknown as SandboxApp[]
    const found = apps.find((each) => each.kind === kind)
    if (found === undefined) throw new Error(`no ${kind}`)
    return found
  }

  return { url, control, get, post, app, ...createCalls({ control, get, post }) }
}

type Basics = {
  control(method: string, path: string, body?: Json): Promise<Json>
  get(path: string, query?: Record<string, string>): Promise<Json>
  post(path: string, body: Json | string): Promise<Json>
}

/** The calls that most tests begin with. */
function createCalls({ control, get, post }: Basics) {
  return {
    advance: (advanceMs: number) => control('POST', '/clock', { advanceMs }),
    rules: (rules: Json) => control('POST', '/rules', rules),
    fault: (fault: Json) => control('POST', '/faults', fault),
    token: ({ appid, secret }: SandboxApp) =>
      get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret }),
    stableToken: ({ appid, secret }: SandboxApp, forced = false) =>
      post('/cgi-bin/stable_token', {
        grant_type: 'client_credential',
        appid,
        secret,
        force_refresh: forced,
      }),
    /** The errcode that a call with this access token meets; 0 when the token is good. */
    async useToken(token: unknown): Promise<unknown> {
      const reply = await get('/cgi-bin/getcallbackip', { access_token: String(token) })
      return reply.errcode ?? 0
    },
    async loginCode({ appid }: SandboxApp, user = 'u1'): Promise<string> {
      return String((await control('POST', `/users/${user}/login`, { appid })).code)
    },
    async openidOf({ appid }: Pick<SandboxApp, 'appid'>, user = 'u1'): Promise<string> {
      const users = (await control('GET', '/users')) as unknown as { id: string; openids: Json }[]
      return String(users.find(({ id }) => id === user)?.openids[appid])
    },
    session: ({ appid, secret }: SandboxApp, code: string) =>
      get('/sns/jscode2session', { appid, secret, js_code: code, grant_type: 'authorization_code' }),
    userToken: ({ appid, secret }: SandboxApp, code: string) =>
      get('/sns/oauth2/access_token', { appid, secret, code, grant_type: 'authorization_code' }),
  }
}

function withJson(body: Json | undefined): RequestInit {
  if (body === undefined) return {}
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}?${text}`
}
