import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { HubError } from '../hub/errors.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'
import { parseErrmsg, toHubError } from './errors.ts'
import { exchange, type RawAnswer } from './exchange.ts'
import { findImageType, type Image } from './image.ts'

/** A call to one of WeChat's hosts. `query` may hold secrets: it stands in no log, metric or error. */
export type UpstreamCall = {
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string>
  body?: unknown
  /** May be sent again when WeChat says that it is busy (-1). */
  isIdempotent?: boolean
}

/** `outcome` is WeChat's errcode, or why there was no answer. */
export type CallObserver = (call: { path: string; outcome: string; durationMs: number }) => void

export type Timeouts = { connectMs: number; answerMs: number; totalMs: number }

export const defaultTimeouts: Timeouts = { connectMs: 3000, answerMs: 5000, totalMs: 6500 }

export type Upstream = ReturnType<typeof createUpstream>

/** One host of WeChat behind one pool of kept-alive connections. */
export function createUpstream(url: string, onCall: CallObserver, timeouts: Timeouts = defaultTimeouts) {
  const { origin, pathname } = new URL(url)
  const basePath = pathname === '/' ? '' : pathname
  const pool = new Pool(origin, {
    connections: 64,
    connectTimeout: timeouts.connectMs,
    headersTimeout: timeouts.answerMs,
    bodyTimeout: timeouts.answerMs,
    maxResponseSize: 1_048_576,
  })

  const deadlines = createDeadlines(timeouts.totalMs)
  let lastAnswer: { date: string | undefined; at: number } | null = null

  async function send<T>(call: UpstreamCall, read: ReadAnswer<T>): Promise<T> {
    const startedAt = performance.now()
    let outcome = 'unreachable'
    try {
      // What waits for a connection outlives its deadline: when WeChat hangs, no endless queue is built up.
      if (pool.stats.queued > maxQueued) throw new Error('too many calls wait for WeChat')
      const raw = await request(pool, basePath, call, deadlines)
      lastAnswer = { date: raw.headers.date, at: Date.now() }
      outcome = 'unreadable'
      const answer = read(call.path, raw)
      outcome = '0'
      return answer
    } catch (error) {
      if (error instanceof HubError) {
        if (error.upstream !== null) outcome = String(error.upstream.errcode)
        throw error
      }
      throw new HubError('upstream_unavailable', `no answer from WeChat to ${call.path}`, { cause: error })
    } finally {
      onCall({ path: call.path, outcome, durationMs: performance.now() - startedAt })
    }
  }

  async function sendPatiently<T>(call: UpstreamCall, read: ReadAnswer<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(call, read)
      } catch (error) {
        const isBusy = error instanceof HubError && error.upstream?.errcode === -1
        if (!(isBusy && call.isIdempotent) || attempt === maxAttempts) throw error
        await delay(100 * 2 ** attempt * (0.5 + Math.random() / 2))
      }
    }
  }

  return {
    /** The fields of WeChat's answer. Throws upstream_* or what the errcode means. */
    call: (call: UpstreamCall): Promise<Record<string, unknown>> => sendPatiently(call, readFields),

    /** The image that WeChat answers with. Throws like `call`. */
    callForImage: (call: UpstreamCall): Promise<Image> => sendPatiently(call, readImage),

    /** How far this machine's clock was ahead of WeChat's at the last answer, in milliseconds. */
    skewMs(): number | null {
      if (lastAnswer?.date === undefined) return null
      return lastAnswer.at - Date.parse(lastAnswer.date)
    },

    /** Stops at once: whoever still waits gets an error. Requests in flight were drained before. */
    close: () => pool.destroy(),
  }
}

const maxAttempts = 3
const maxQueued = 2000

function request(pool: Pool, basePath: string, call: UpstreamCall, deadlines: Deadlines): Promise<RawAnswer> {
  const hasBody = call.body !== undefined
  return exchange(
    pool,
    {
      method: call.method ?? 'GET',
      path: basePath + call.path + toQuery(call.query),
      headers: hasBody ? jsonHeaders : plainHeaders,
      body: hasBody ? JSON.stringify(call.body) : null,
    },
    deadlines,
  )
}

type ReadAnswer<T> = (path: string, raw: RawAnswer) => T

function readFields(path: string, { status, body }: RawAnswer): Record<string, unknown> {
  const answer = parseAnswer(path, status, body.toString())
  const errcode = Number(answer.errcode ?? 0)
  if (!Number.isInteger(errcode)) throw unreadable(path, 'an errcode that is no number')
  if (errcode !== 0) throw toHubError(path, parseErrmsg(errcode, String(answer.errmsg ?? '')))
  return answer
}

/** A refusal comes as JSON in the place of the image, with the same HTTP status. */
function readImage(path: string, raw: RawAnswer): Image {
  const type = findImageType(raw.body)
  if (type !== null && raw.status < 400) return { type, bytes: raw.body }
  readFields(path, raw)
  throw unreadable(path, 'JSON in place of an image')
}

/** By content, never by header: WeChat sends JSON as text/plain on /sns/*. */
function parseAnswer(path: string, status: number, text: string) {
  if (status >= 500) throw unreadable(path, `HTTP ${status}`)
  let answer: unknown
  try {
    answer = JSON.parse(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text)
  } catch {
    throw unreadable(path, `HTTP ${status} without readable JSON`)
  }
  if (!isRecord(answer)) throw unreadable(path, 'JSON that is no object')
  if (status >= 400 && answer.errcode === undefined) throw unreadable(path, `HTTP ${status}`)
  return answer
}

/** A field that WeChat promises; without it the answer is worth nothing. */
export function textField(path: string, answer: Record<string, unknown>, name: string): string {
  const value = answer[name]
  if (typeof value !== 'string' || value === '') throw unreadable(path, `an answer without ${name}`)
  return value
}

export function optionalText(answer: Record<string, unknown>, name: string): string | null {
  const value = answer[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** A lifetime as WeChat states it, in milliseconds. */
export function lifetimeMs(path: string, answer: Record<string, unknown>): number {
  const seconds = Number(answer.expires_in)
  if (!(seconds > 0)) throw unreadable(path, 'an answer without expires_in')
  return seconds * 1000
}

function unreadable(path: string, what: string): HubError {
  return new HubError('upstream_unavailable', `WeChat answered ${what} to ${path}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toQuery(query: Record<string, string> | undefined): string {
  if (query === undefined) return ''
  let text = ''
  for (const name in query) {
    text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(query[name] ?? '')}`
  }
  return text
}

const plainHeaders = { accept: 'application/json' }
const jsonHeaders = { accept: 'application/json', 'content-type': 'application/json' }
