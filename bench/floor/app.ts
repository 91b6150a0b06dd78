import { createSecretKey, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Pool } from 'undici'
import { openDatabase } from './database.ts'
import { createSeal } from './seal.ts'

const {
  BENCH_DATA_DIR = '.',
  BENCH_UPSTREAM_URL = '',
  BENCH_APP_ID = '',
  BENCH_APP_SECRET = '',
} = process.env

export const appId = BENCH_APP_ID
export const appSecret = BENCH_APP_SECRET
export const database = openDatabase(`${BENCH_DATA_DIR}/floor.db`)
// Key objects: a key that is given as bytes costs 7 µs more at each use.
export const seal = createSeal(createSecretKey(randomBytes(32)))
export const hashKey = createSecretKey(randomBytes(32))

const pool = new Pool(BENCH_UPSTREAM_URL, {
  connections: 64,
  headersTimeout: 5000,
  bodyTimeout: 5000,
  maxResponseSize: 1_048_576,
})

/** One call to WeChat over a kept-alive connection; throws what is no success. */
export async function callWeChat(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await pool.request(
    body === undefined
      ? { method: 'GET', path }
      : { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  )
  const answer = JSON.parse(await response.body.text()) as Record<string, unknown>
  if (answer.errcode) throw new Error(`errcode ${answer.errcode}`)
  return answer
}

/** Likewise, for an image; JSON in its place is a refusal. */
export async function callForBytes(path: string, body: unknown): Promise<Buffer> {
  const headers = { 'content-type': 'application/json' }
  const response = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) })
  const bytes = Buffer.from(await response.body.arrayBuffer())
  if (bytes[0] === 0x7b) throw new Error('no image')
  return bytes
}

const secretHash = sha256(appSecret)

/** Constant-time, the length hidden. */
export function isAppSecret(candidate: string): boolean {
  return timingSafeEqual(sha256(candidate), secretHash)
}

export function sha256(text: string | Buffer): Buffer {
  return hash('sha256', text, 'buffer')
}
