import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../database/database.ts'
import { findImageType, type Image } from '../../wechat/image.ts'
import type { MiniProgramCode } from '../../wechat/mini-program-codes.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { AccessTokens } from '../access-tokens/access-tokens.ts'
import type { App } from '../apps/app.ts'
import { HubError } from '../errors.ts'
import { createSingleFlight } from '../single-flight.ts'
import type { ImageFiles } from './image-files.ts'
import { type CodeRequest, parseCode, toCodeKey } from './parse-code.ts'
import { acquireLease, deleteUnmade, findQrCode, type StoredCode, updateQrCode } from './qr-codes-store.ts'

export type QrCodes = ReturnType<typeof createQrCodes>

type Deps = {
  database: Database
  accessTokens: AccessTokens
  wechat: WeChat
  images: ImageFiles
  now: () => number
  /** Names this process in the lease. */
  nodeId: string
}

/** Longer than one call to WeChat may take (6.5 s). */
const leaseMs = 8000
const patienceMs = 2 * leaseMs
const pollMs = 50

/**
 * Mini-program codes. One image per app, page, scene and options is made and kept: WeChat is asked once,
 * however many requests and processes want it. A code that is known costs one read of the database.
 */
export function createQrCodes({ database, accessTokens, wechat, images, now, nodeId }: Deps) {
  const flights = createSingleFlight<StoredCode>()

  /** Who holds the lease asks WeChat, the others watch the row. */
  async function make(app: App, code: MiniProgramCode, key: Buffer): Promise<StoredCode> {
    const startedAt = now()
    while (now() - startedAt < patienceMs) {
      const known = await findQrCode(database.sql, key)
      if (known !== null && (await images.has(known.hash))) return known
      const time = now()
      const lease = { key, appId: app.appId, holder: nodeId, now: time, until: time + leaseMs }
      if (await acquireLease(database.sql, { ...lease, lost: known?.hash ?? null })) {
        return await draw(app, code, key)
      }
      await delay(pollMs)
    }
    throw new HubError('upstream_unavailable', 'no process could make the code in time')
  }

  async function draw(app: App, code: MiniProgramCode, key: Buffer): Promise<StoredCode> {
    try {
      const image = await accessTokens.use(app, (token) => wechat.drawMiniProgramCode(token, code))
      const made = { hash: await images.keep(image.bytes), mime: image.type }
      await updateQrCode(database.sql, key, { ...made, madeAt: now() })
      return made
    } catch (error) {
      await deleteUnmade(database.sql, key, nodeId)
      throw error
    }
  }

  async function get(app: App, request: CodeRequest): Promise<StoredCode> {
    if (app.kind !== 'mini_program') {
      throw new HubError('app_wrong_kind', 'only mini programs have mini-program codes')
    }
    const code = parseCode(request)
    const key = toCodeKey(app.appId, code)
    return flights.run(key.toString('hex'), () => make(app, code, key))
  }

  async function findImage(hash: string): Promise<Image | null> {
    if (!/^[0-9a-f]{64}$/.test(hash)) return null
    const bytes = await images.find(hash)
    const type = bytes && findImageType(bytes)
    return bytes && type && { bytes, type }
  }

  return {
    /** The code's image, by the hash of its content. Throws bad_request, app_wrong_kind or what WeChat says. */
    get,

    /** Like `get`, with the image itself. */
    async getImage(app: App, request: CodeRequest): Promise<Image> {
      const { hash } = await get(app, request)
      const image = await findImage(hash)
      if (image === null) throw new HubError('internal', 'the image is gone')
      return image
    },

    findImage,
  }
}
