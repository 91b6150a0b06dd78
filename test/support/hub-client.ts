import type { openSandbox } from '../sandbox/open-sandbox.ts'

export type Answer = { status: number; headers: Headers; text: string; body: unknown }

export type HubClient = ReturnType<typeof createHubClient>

/** Calls a hub as its clients do. */
export function createHubClient(url: string, sandbox: Awaited<ReturnType<typeof openSandbox>>) {
  async function send(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(url + path, { method, redirect: 'manual', ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parseJson(text) }
  }

  const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

  return {
    url,
    send,
    json,
    get: (path: string, headers: Record<string, string> = {}) => send('GET', path, { headers }),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send('POST', path, json(body, headers)),

    /** What `wx.login` (or the mobile SDK) gives the client. */
    async loginCode(userId = 'u1', kind = 'mini_program'): Promise<string> {
      const { appid } = await sandbox.app(kind)
      const { code } = await sandbox.control('POST', `/users/${userId}/login`, { appid })
      return String(code)
    },

    /** How often WeChat was called at a path. */
    async upstreamCalls(path: string): Promise<number> {
      const { count } = await sandbox.control('GET', `/calls?path=${encodeURIComponent(path)}`)
      return Number(count)
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
