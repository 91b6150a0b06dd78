import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { appId, callForBytes, database, sha256 } from './app.ts'
import { readToken } from './token-read.ts'

const find = database.prepare('select content_hash from qr_codes where key = ?')
const insert = database.prepare('insert into qr_codes values (?, ?, ?) on conflict do nothing')
const flights = new Map<string, Promise<string>>()
const folder = `${process.env.BENCH_DATA_DIR}/qrcodes`
mkdirSync(folder, { recursive: true })

/** The hash of a code's image, which is made once; null for what WeChat would refuse. */
export async function findCode(secret: string, page: unknown, scene: unknown): Promise<string | null> {
  if (typeof page !== 'string' || page.startsWith('/') || /[?#\s]/.test(page) || page.length > 1024)
    return null
  if (typeof scene !== 'string' || !/^[\w!#$&'()*+,/:;=?@.~-]{1,32}$/.test(scene)) return null
  const key = sha256(JSON.stringify([appId, page, scene]))
  const known = find.get(key)
  if (known !== undefined) return String(known.content_hash)
  const name = key.toString('hex')
  const flight = flights.get(name) ?? make(secret, { page, scene }, key).finally(() => flights.delete(name))
  flights.set(name, flight)
  return flight
}

async function make(secret: string, code: { page: string; scene: string }, key: Buffer): Promise<string> {
  const token = await readToken(secret)
  const bytes = await callForBytes(`/wxa/getwxacodeunlimit?access_token=${token}`, code)
  const hash = sha256(bytes).toString('hex')
  writeFileSync(`${folder}/${name(hash)}`, bytes, { flush: true })
  renameSync(`${folder}/${name(hash)}`, `${folder}/${hash}`)
  insert.run(key, hash, Date.now())
  return hash
}

function name(hash: string): string {
  return `${hash}.new`
}
