import type { Reply } from '../http/reply.ts'
import type { UpstreamRequest, UpstreamRoute } from '../upstream/upstream-route.ts'
import type { User } from '../users/user-store.ts'
import type { World } from '../world.ts'
import { authorize, openConsent } from './authorize.ts'
import { toConsentPage, toErrorPage } from './consent-page.ts'
import { toConsentLanguage } from './consent-texts.ts'
import { PageError } from './page-error.ts'

const cookieName = 'sandbox_user'

/** The consent pages as a browser opens them, with a chooser in the place of the phone's owner. */
export function createConsentRoutes(world: World): UpstreamRoute[] {
  const { users } = world

  function show(request: UpstreamRequest): Reply {
    const url = toUrl(request)
    const { app, scope } = openConsent(world, url)
    const chosen = users.find(readCookie(request.headers.cookie ?? ''))
    // Silent for whoever chose before, as WeChat knows the owner of the phone.
    if (scope === 'snsapi_base' && chosen !== null) return sendBack(world, { url, user: chosen, deny: false })
    const list = users.list()
    const question = {
      address: `${request.path}?${request.search}`,
      app,
      scope,
      users: list,
      chosen: chosen ?? list[0],
    }
    return toConsentPage(question, toConsentLanguage(request.headers['accept-language'] ?? ''))
  }

  function take(request: UpstreamRequest): Reply {
    const form = new URLSearchParams(request.body)
    const user = users.find(form.get('user') ?? '')
    if (user === null) throw new PageError(null, 'nobody was chosen')
    return sendBack(world, { url: toUrl(request), user, deny: form.get('answer') !== 'agree' })
  }

  function answerWith(work: (request: UpstreamRequest) => Reply) {
    return (request: UpstreamRequest) => {
      try {
        return { reply: work(request) }
      } catch (error) {
        if (!(error instanceof PageError)) throw error
        return { reply: toErrorPage(error, toConsentLanguage(request.headers['accept-language'] ?? '')) }
      }
    }
  }

  return ['/connect/oauth2/authorize', '/connect/qrconnect'].flatMap((path): UpstreamRoute[] => [
    { method: 'GET', path, answer: answerWith(show) },
    { method: 'POST', path, answer: answerWith(take) },
  ])
}

function sendBack(world: World, answer: { url: string; user: User; deny: boolean }): Reply {
  const headers = {
    Location: authorize(world, answer),
    'Set-Cookie': `${cookieName}=${answer.user.id}; Path=/connect; HttpOnly; SameSite=Lax`,
    'Cache-Control': 'no-store',
  }
  return { status: 302, contentType: 'text/plain', body: '', headers }
}

/** No server is told the fragment, so it is taken to be right. */
function toUrl({ path, search }: UpstreamRequest): string {
  return `https://open.weixin.qq.com${path}?${search}#wechat_redirect`
}

function readCookie(cookie: string): string {
  return new RegExp(`(?:^|; *)${cookieName}=([\\w-]+)`).exec(cookie)?.[1] ?? ''
}
