import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'
import { encryptOpenData } from './encrypt-open-data.ts'

export type OpenDataKind = 'profile' | 'phone'
type Made = { kind: OpenDataKind; createTime: number; expiresAt: number }

const rememberedHashes = 100_000

export type OpenDataStore = ReturnType<typeof createOpenDataStore>

/** Encrypts what a mini program is given about its user, and remembers for some days what it made. */
export function createOpenDataStore(deps: { clock: Clock; rules: Rules; random: RandomBytes }) {
  const { clock, rules, random } = deps
  const made = new Map<string, Made>()

  function createWatermark(appid: string) {
    return { timestamp: Math.floor(clock.realNow() / 1000), appid }
  }

  function remember(key: string, entry: Made): void {
    made.set(key, entry)
    if (made.size > rememberedHashes) made.delete(made.keys().next().value ?? '')
  }

  return {
    /** Adds the watermark, whose time is real time in seconds. */
    encrypt(kind: OpenDataKind, data: object, { appid, sessionKey }: { appid: string; sessionKey: string }) {
      const watermark = createWatermark(appid)
      const iv = random(16).toString('base64')
      const encryptedData = encryptOpenData(JSON.stringify({ ...data, watermark }), { sessionKey, iv })
      const hash = createHash('sha256').update(encryptedData).digest('hex')
      const expiresAt = clock.now() + rules.openDataKeptMs
      remember(`${appid} ${hash}`, { kind, createTime: watermark.timestamp, expiresAt })
      return { encryptedData, iv }
    },
    createWatermark,
    /** What the hash (lower-case hex SHA-256 of encryptedData) belongs to; null when forgotten or another app's. */
    find(appid: string, hash: string): Made | null {
      const entry = made.get(`${appid} ${hash}`)
      return entry !== undefined && entry.expiresAt > clock.now() ? entry : null
    },
  }
}
