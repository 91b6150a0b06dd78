import { isUtf8 } from 'node:buffer'
import type { AddressInfo } from 'node:net'
import formbody from '@fastify/formbody'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type preValidationHookHandler,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import { HubError } from '../hub/errors.ts'
import type { Mount } from '../hub/mounts/mount.ts'
import { BodyNotUtf8, toHubError } from './errors.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createMountRouting } from './mount-routing.ts'
import { parseRawBodies } from './raw-body.ts'
import { watchRequests } from './request-watch.ts'
import { compileValidator, FormBody } from './validation.ts'

export type HttpApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export type SendError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply

declare module 'fastify' {
  interface FastifyInstance {
    /** How each surface sends its errors, by prefix. */
    surfaces: Map<string, SendError>
    /** Whatever was thrown, as an error of the hub. */
    toHubError: (error: unknown) => HubError
    /** The origins that count as ours: the public URL, and the address we listen at. */
    ownOrigin: () => string
    /** Where callers reach us, without a slash at the end: for a URL in a reply. */
    ownUrl: () => string
  }
  interface FastifyRequest {
    /** The mount that led here; null on surfaces that are not mounted. */
    mount: Mount | null
    /** What went wrong, for the log. */
    failure: HubError | null
  }
}

export type HttpOptions = {
  log: Log
  metrics: Metrics
  matchMount: (path: string) => Mount | null
  publicUrl: string | null
  trustedProxies: string[]
  logRequests: boolean
  /** Whether an error says that the database cannot serve now. */
  isOutage: (error: unknown) => boolean
}

const bodyLimit = 64 * 1024
// Secrets and tokens travel in paths of the contract control.
const maxParamLength = 16_384

/** The HTTP server that all surfaces share. */
export function createHttp(options: HttpOptions): HttpApp {
  const routing = createMountRouting(options.matchMount)
  const http: HttpApp = Fastify({
    bodyLimit,
    routerOptions: { maxParamLength },
    rewriteUrl: (request) => routing.rewriteUrl(request),
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    // A path that cannot be decoded reaches no hook and no surface; it is told in the surface's form all the same.
    frameworkErrors: (error, request, reply) => {
      request.mount = routing.mountOf(request.raw)
      sendBelow(http, error, request, reply)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()

  http.decorate('surfaces', new Map())
  http.decorate('toHubError', (error) => toHubError(error, options.isOutage))
  // Asking the socket for its address is a system call.
  let ownUrl: string | undefined
  http.decorate('ownUrl', () => {
    ownUrl ??= (options.publicUrl ?? listeningUrl(http)).replace(/\/+$/, '')
    return ownUrl
  })
  http.decorate('ownOrigin', () => new URL(http.ownUrl()).origin)
  http.decorateRequest('mount', null)
  http.decorateRequest('failure', null)
  http.decorateRequest('principal', null)
  http.decorateRequest('identityId', null)
  http.setValidatorCompiler(({ schema, httpPart }) => compileValidator({ schema: schema as never, httpPart }))
  readBodies(http)
  parseRawBodies(http)
  watchRequests(http, options)
  drainOnClose(http)
  http.addHook('onRequest', (request, _reply, done) => {
    request.mount = routing.mountOf(request.raw)
    done()
  })
  http.setErrorHandler((error, request, reply) => sendPlain(http.toHubError(error), request, reply))
  http.setNotFoundHandler((request, reply) =>
    sendPlain(new HubError('route_unknown', 'nothing lies at this path'), request, reply),
  )
  return http
}

/** Where the server listens, as a URL; IPv6 and "any" addresses as a caller on this machine would write them. */
export function listeningUrl(http: HttpApp): string {
  const address = listeningAddress(http)
  const host = address.address === '0.0.0.0' || address.address === '::' ? '127.0.0.1' : address.address
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

export function listeningAddress(http: HttpApp): AddressInfo {
  const address = http.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return address
}

/** JSON and forms. An empty body counts as an empty object: old clients send none where nothing is needed. */
function readBodies(http: HttpApp): void {
  const parseJson = http.getDefaultJsonParser('error', 'error')
  http.removeContentTypeParser(['application/json', 'text/plain'])
  // text/json is what contract buyer shows beside it; a page of another origin can send neither unasked.
  http.addContentTypeParser(
    ['application/json', 'text/json'],
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      if (body.length === 0) done(null, {})
      // Decoding would put U+FFFD where the bytes are none: a GBK name would be stored as that.
      else if (!isUtf8(body)) done(new BodyNotUtf8())
      else parseJson(request, body.toString(), done)
    },
  )
  // Fastify would show no body and a JSON null alike to the validator.
  http.addHook('onRoute', (route) => {
    if (route.schema?.body === undefined) return
    const fillIn: preValidationHookHandler = (request, _reply, done) => {
      if (request.body === undefined) request.body = {}
      done()
    }
    route.preValidation = [fillIn, route.preValidation ?? []].flat()
  })
  http.register(formbody, { parser: (text) => Object.assign(new FormBody(), parseForm(text)) })
}

function parseForm(text: string): Record<string, string | string[]> {
  if (!isWellEncoded(text)) throw new BodyNotUtf8()
  const values: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === '__proto__') continue
    const known = values[name]
    values[name] = known === undefined ? value : [known, value].flat()
  }
  return values
}

/** A lone `%` stands for itself, as browsers read it. */
function isWellEncoded(form: string): boolean {
  if (form.includes('\ufffd')) return false
  if (!form.includes('%')) return true
  try {
    decodeURIComponent(form.replace(/%(?![0-9a-f]{2})/gi, '%25'))
    return true
  } catch {
    return false
  }
}

const drainMs = 10_000

/** A connection whose last answer came after the closing began would stay open for a next request. */
function drainOnClose(http: HttpApp): void {
  http.addHook('preClose', (done) => {
    const closingSince = performance.now()
    const sweep = setInterval(() => {
      if (performance.now() - closingSince > drainMs) http.server.closeAllConnections()
      else http.server.closeIdleConnections()
    }, 20)
    http.server.once('close', () => clearInterval(sweep))
    done()
  })
}

function sendBelow(http: HttpApp, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const url = request.raw.url ?? ''
  for (const [prefix, send] of http.surfaces) {
    if (url.startsWith(`${prefix}/`)) {
      send(error, request, reply)
      return
    }
  }
  sendPlain(http.toHubError(error), request, reply)
}

const plainStatuses: Partial<Record<string, number>> = {
  bad_request: 400,
  body_too_large: 413,
  route_unknown: 404,
  method_not_allowed: 405,
  storage_unavailable: 503,
}

/** For paths that belong to no surface: a problem document (RFC 9457). */
function sendPlain(error: HubError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.failure = error
  const status = plainStatuses[error.code] ?? 500
  const detail = status === 500 ? 'an unexpected error' : error.message
  return reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: error.code, status, detail }))
}
