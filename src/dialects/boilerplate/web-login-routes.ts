import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCookie, setCookie } from '../../http/cookies.ts'
import type { HttpApp } from '../../http/http.ts'
import { chooseLanguage } from '../../http/language.ts'
import { mountedOfficialAppId, requireMount } from '../../http/mounted-app.ts'
import { mayUseCookies } from '../../http/origins.ts'
import { sendPage } from '../../http/page.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '../../http/session-cookie.ts'
import { findSessionToken } from '../../http/session-token.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import type { LoginEnd } from '../../hub/web-oauth/callbacks.ts'
import { lifetimeMs } from './lifetime.ts'
import { toErrorReply, toErrorRow } from './replies.ts'
import { authorizeQuery, callbackQuery, indexQuery } from './schemas.ts'
import { type Person, toErrorPage, toIndexPage } from './web-login-pages.ts'

type WebLoginHub = Pick<Hub, 'apps' | 'sessions' | 'users' | 'webOAuth'>

/** Ties a login that is under way to the browser that began it. */
const browserCookie = 'wechat_login'
const browserCookieS = 24 * 60 * 60

/** Login of an official account's users in the browser, and the page that they come back to. */
export function registerWebLogin(scope: HttpApp, prefixes: readonly string[], hub: WebLoginHub): void {
  for (const prefix of prefixes) registerLogin(scope, prefix, hub)
  registerIndex(scope, hub)
}

function registerLogin(scope: HttpApp, prefix: string, { apps, webOAuth }: WebLoginHub): void {
  const authorizing = { schema: { querystring: authorizeQuery }, errorHandler: sendErrorToDeveloper }
  scope.get(`${prefix}/wechat-mp/authorize`, authorizing, async (request, reply) => {
    const app = await apps.get(mountedOfficialAppId(request))
    const { url, browser } = await webOAuth.begin({
      mount: requireMount(request),
      app,
      callbackUrl: `${pathsOf(request).base}${callbackPath}`,
      ownOrigin: request.server.ownOrigin(),
      wanted: readWanted(request, request.query.redirect),
      browser: readCookie(request, browserCookie) ?? null,
      address: request.ip,
    })
    setCookie(request, reply, { name: browserCookie, value: browser.reveal(), maxAgeS: browserCookieS })
    return redirect(reply, 302, url)
  })

  const returning = { schema: { querystring: callbackQuery }, errorHandler: sendErrorPage }
  scope.get(`${prefix}/wechat-mp/callback`, returning, async (request, reply) => {
    const { state = '', code = '' } = request.query
    const app = await apps.get(mountedOfficialAppId(request))
    const browser = readCookie(request, browserCookie) ?? null
    const claimant = { mount: requireMount(request), state, browser }
    // Before the end, which may remove it.
    const beganAt = await webOAuth.findReturnUrl(claimant)
    try {
      const caller = { address: request.ip, contract: 'boilerplate', lifetimeMs }
      return sendLoginEnd(request, reply, await webOAuth.end({ ...claimant, ...caller, app, code }))
    } catch (error) {
      return showErrorPage(error, request, reply, beganAt)
    }
  })
}

function sendLoginEnd(request: FastifyRequest, reply: FastifyReply, end: LoginEnd): FastifyReply {
  const { index } = pathsOf(request)
  if (end.outcome === 'refused') return redirect(reply, 302, `${index}?login=refused`)
  setSessionCookie(request, reply, { token: end.session.token.reveal(), lifetimeMs })
  return redirect(reply, 302, end.returnUrl ?? index)
}

function registerIndex(scope: HttpApp, hub: WebLoginHub): void {
  const showing = { schema: { querystring: indexQuery }, errorHandler: sendErrorPage }
  scope.get(indexPath, showing, async (request, reply) => {
    const { name } = await hub.apps.get(mountedOfficialAppId(request))
    const person = await findPerson(hub, request)
    const isRefused = request.query.login === 'refused'
    const { authorize } = pathsOf(request)
    return sendPage(reply, 200, toIndexPage({ name, person, isRefused, authorize }, languageOf(request)))
  })

  scope.post(logoutPath, { errorHandler: sendErrorPage }, async (request, reply) => {
    if (!mayUseCookies(request)) throw new HubError('forbidden', "another site's page may log nobody out")
    const token = readSessionCookie(request)
    if (token !== undefined) await hub.sessions.revoke(token)
    clearSessionCookie(request, reply)
    // Or the back button, on the callback of a moment ago, would log in again.
    setCookie(request, reply, { name: browserCookie, value: '', maxAgeS: 0 })
    return redirect(reply, 303, pathsOf(request).index)
  })
}

async function findPerson({ sessions, users }: WebLoginHub, request: FastifyRequest): Promise<Person | null> {
  const session = await sessions.findLive(findSessionToken(request) ?? '')
  if (session === null || session.appId !== mountedOfficialAppId(request)) return null
  return { id: session.identityId, ...(await users.getProfile(session.userId)) }
}

const callbackPath = '/api/v1/wechat-mp/callback'
const indexPath = '/wechat/mp/index'
const logoutPath = '/wechat/mp/logout'

/** Addresses of this mount, always under our own URL: what the request says of its host is not looked at. */
function pathsOf(request: FastifyRequest) {
  const base = `${request.server.ownUrl()}${requireMount(request).path}`
  const index = new URL(`${base}${indexPath}`).pathname
  return { base, index, authorize: `${base}/api/v1/wechat-mp/authorize` }
}

/** The page that the login began at. The steps of a login, and its end, are none: it would go round in circles. */
function readWanted(request: FastifyRequest, redirect: string | undefined): string | null {
  const wanted = redirect ?? request.headers.referer ?? null
  const isStep = /\/(?:wechat-mp\/(?:authorize|callback)|mp\/logout)(?:[?#]|$)/.test(wanted ?? '')
  return isStep ? null : wanted
}

function languageOf({ headers }: FastifyRequest) {
  return chooseLanguage(headers['accept-language'])
}

function redirect(reply: FastifyReply, status: number, location: string): FastifyReply {
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'same-origin' }
  return reply.status(status).headers(headers).send()
}

/** People get a page, programs the contract's form. */
function sendErrorToDeveloper(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers.accept?.includes('text/html')) return sendErrorPage(error, request, reply)
  const failure = request.server.toHubError(error)
  request.failure = failure
  const { status, body } = toErrorReply(failure)
  return reply.status(status).send(body)
}

/** `beganAt`: where a login that is started again shall lead; null for the index page. */
function showErrorPage(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  beganAt: string | null,
): FastifyReply {
  const failure = request.server.toHubError(error)
  request.failure = failure
  const { status, code } = toErrorRow(failure)
  const paths = pathsOf(request)
  const query = beganAt === null ? '' : `?redirect=${encodeURIComponent(beganAt)}`
  const authorize = `${paths.authorize}${query}`
  return sendPage(reply, status, toErrorPage({ failure, number: code, authorize }, languageOf(request)))
}

function sendErrorPage(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return showErrorPage(error, request, reply, null)
}
