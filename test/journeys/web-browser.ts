import { equal } from 'node:assert/strict'
import type { TestHub } from '../support/hub.ts'
import type { Answer } from '../support/hub-client.ts'

export const login = '/boilerplate/api/v1/wechat-mp'
export const indexPath = '/boilerplate/wechat/mp/index'

export type WebBrowser = ReturnType<typeof createWebBrowser>

/** A browser as far as a login needs one: cookies, and redirects followed by hand. */
export function createWebBrowser(hub: TestHub) {
  const cookies = new Map<string, string>()

  async function send(method: string, url: string, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const path = url.replace(hub.url, '')
    const answer = await hub.send(method, path, { headers: { ...(cookie && { cookie }), ...headers } })
    for (const one of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }

  /** Asks to log in: WeChat's address that the browser is sent to. */
  async function begin(query = '', headers: Record<string, string> = {}): Promise<string> {
    const answer = await send('GET', `${login}/authorize${query}`, headers)
    equal(answer.status, 302, answer.text)
    return String(answer.headers.get('location'))
  }

  return {
    cookies,
    get: (url: string, headers: Record<string, string> = {}) => send('GET', url, headers),
    post: (url: string, headers: Record<string, string> = {}) => send('POST', url, headers),
    begin,

    /** Where WeChat sends the browser back to when the user agrees. */
    async agree(url: string, user = 'u1', deny = false): Promise<string> {
      const { location } = await hub.sandbox.control('POST', `/users/${user}/authorize`, { url, deny })
      return String(location)
    },
  }
}
