import { randomBytes } from 'node:crypto'
import { Pool } from 'undici'
import { createDeadlines } from '../deadlines.ts'
import { exchange, NotSentError, type RawAnswer } from '../exchange.ts'
import type { Timeouts } from '../upstream.ts'
import { createAuthorization } from './authorization.ts'
import type { SigningKeys } from './merchant-keys.ts'

/** `path` with its query, as it is signed and sent. */
export type PayRequest = { method: 'GET' | 'POST'; path: string; body: string }

type Deps = { urls: readonly string[]; timeouts: Timeouts; now: () => number }

export type PaySender = ReturnType<typeof createPaySender>

const maxQueued = 2000
/** So long the second host is asked first after the first could not be reached. */
const avoidMs = 30_000

/** WeChat Pay's hosts, each behind a pool of kept-alive connections. The next one is asked only where there is no connection. */
export function createPaySender({ urls, timeouts, now }: Deps) {
  const deadlines = createDeadlines(timeouts.totalMs)
  const hosts = urls.map((url) => createHost(url, timeouts))
  let skewMs: number | null = null

  async function sendTo(host: Host, keys: SigningKeys, request: PayRequest): Promise<RawAnswer> {
    // What waits for a connection outlives its deadline: when WeChat hangs, no endless queue is built up.
    if (host.pool.stats.queued > maxQueued) throw new NotSentError('too many calls wait for WeChat Pay')
    const { method, path, body } = request
    const headers = await createHeaders(keys, request, now())
    const sent = { method, path: host.basePath + path, headers, body: body === '' ? null : body }
    return exchange(host.pool, sent, deadlines)
  }

  return {
    /** The answer, whoever gave it. Throws NotSentError where no host can have got the request. */
    async send(keys: SigningKeys, request: PayRequest): Promise<RawAnswer> {
      const order = hosts.toSorted((a, b) => Number(a.avoidedUntil > now()) - Number(b.avoidedUntil > now()))
      let notSent: unknown
      for (const host of order) {
        try {
          const answer = await sendTo(host, keys, request)
          const theirTime = Date.parse(answer.headers.date ?? '')
          if (!Number.isNaN(theirTime)) skewMs = now() - theirTime
          return answer
        } catch (error) {
          if (!(error instanceof NotSentError)) throw error
          host.avoidedUntil = now() + avoidMs
          notSent = error
        }
      }
      throw notSent
    },

    /** How far this machine's clock was ahead of WeChat Pay's at the last answer, in milliseconds. */
    skewMs: () => skewMs,

    /** Stops at once: whoever still waits gets an error. */
    async close(): Promise<void> {
      await Promise.all(hosts.map(({ pool }) => pool.destroy()))
    },
  }
}

type Host = { pool: Pool; basePath: string; avoidedUntil: number }

function createHost(url: string, timeouts: Timeouts): Host {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, {
    connections: 64,
    connectTimeout: timeouts.connectMs,
    headersTimeout: timeouts.answerMs,
    bodyTimeout: timeouts.answerMs,
    maxResponseSize: 1_048_576,
  })
  return { pool, basePath: pathname === '/' ? '' : pathname, avoidedUntil: 0 }
}

/** A signature is made anew for each sending: WeChat refuses one that is five minutes old. */
async function createHeaders({ credential, privateKey }: SigningKeys, request: PayRequest, now: number) {
  const { mchid, serial, publicKey } = credential
  const timestamp = Math.floor(now / 1000)
  const nonce = randomBytes(16).toString('hex')
  const authorization = await createAuthorization({ ...request, mchid, serial, timestamp, nonce }, privateKey)
  return {
    authorization,
    accept: 'application/json',
    'user-agent': 'WeHub',
    ...(request.body !== '' && { 'content-type': 'application/json' }),
    // Asks for an answer that is signed with this key.
    ...(publicKey && { 'wechatpay-serial': publicKey.id }),
  }
}
