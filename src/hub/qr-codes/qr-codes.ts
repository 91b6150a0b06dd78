import { setTimeout as delay } from 'node:timers/promises'
import { type Database, isForeignKeyViolation } from '../../database/database.ts'
import { findImageType, type Image } from '../../wechat/image.ts'
import type { MiniProgramCode } from '../../wechat/mini-program-codes.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { AccessTokens } from '../access-tokens/access-tokens.ts'
import type { App } from '../apps/app.ts'
import { HubError } from '../errors.ts'
import type { Scenes } from '../scenes/scenes.ts'
import { createSingleFlight } from '../single-flight.ts'
import { createCodeCache } from './code-cache.ts'
import type { ImageFiles } from './image-files.ts'
import { createNewCodeLimit } from './new-code-limit.ts'
import { type CodeRequest, parseCode, toCodeKey } from './parse-code.ts'
import {
  acquireLease,
  deleteUnmade,
  findQrCode,
  listNamedImages,
  type StoredCode,
  updateQrCode,
} from './qr-codes-store.ts'

export type QrCodes = ReturnType<typeof createQrCodes>

type Deps = {
  database: Database
  accessTokens: AccessTokens
  wechat: WeChat
  scenes: Pick<Scenes, 'shorten' | 'keep'>
  images: ImageFiles
  now: () => number
  /** Names this process in the lease. */
  nodeId: string
}

/** Longer than one call to WeChat may take (6.5 s). */
const leaseMs = 8000
const patienceMs = 2 * leaseMs
const pollMs = 50
/** Far longer than from an image to the row that names it, and than a wrong database goes unnoticed. */
const unnamedForMs = 24 * 60 * 60 * 1000

/** `identityId`: who asks, if it is a user. */
type Wanted = { app: App; code: MiniProgramCode; key: Buffer; scene: string; identityId: number | null }

/**
 * Mini-program codes. One image per app, page, scene and options is made and kept: WeChat is asked once,
 * however many requests and processes want it. A code that is known costs one read of the database, also where
 * its scene is a long one.
 */
export function createQrCodes(deps: Deps) {
  const { database, accessTokens, wechat, scenes, images, now, nodeId } = deps
  const flights = createSingleFlight<StoredCode>()
  const cache = createCodeCache(now)
  const newCodes = createNewCodeLimit(now)

  /** Who holds the lease asks WeChat, the others watch the row. */
  async function make(wanted: Wanted): Promise<StoredCode> {
    const { app, key } = wanted
    const startedAt = now()
    while (now() - startedAt < patienceMs) {
      const { known, isKept } = await findKept(deps, key)
      if (known !== null && isKept) return known
      const time = now()
      const lease = { key, appId: app.appId, holder: nodeId, now: time, until: time + leaseMs }
      if (await acquireLease(database.sql, { ...lease, lost: known?.hash ?? null })) {
        return await draw(wanted)
      }
      await delay(pollMs)
    }
    throw new HubError('upstream_unavailable', 'no process could make the code in time')
  }

  async function draw({ app, code, key, scene, identityId }: Wanted): Promise<StoredCode> {
    try {
      newCodes.countOrRefuse(identityId)
      const image = await accessTokens.use(app, (token) => wechat.drawMiniProgramCode(token, code))
      const made = { hash: await images.keep(image.bytes), mime: image.type }
      // Before anybody is given the code: its scene must not lead nowhere.
      if (scene !== code.scene) await scenes.keep(app.appId, scene)
      await updateQrCode(database.sql, key, { ...made, madeAt: now() })
      return made
    } catch (error) {
      await deleteUnmade(database.sql, key, nodeId)
      throw error
    }
  }

  async function get(app: App, request: CodeRequest, identityId: number | null = null): Promise<StoredCode> {
    if (app.kind !== 'mini_program') {
      throw new HubError('app_wrong_kind', 'only mini programs have mini-program codes')
    }
    const { scene, takesLongScene = false } = request
    const short = takesLongScene ? await scenes.shorten(app.appId, scene) : scene
    const code = parseCode({ ...request, scene: short })
    const key = toCodeKey(app.appId, code)
    const name = key.toString('latin1')
    const recalled = cache.recall(name)
    if (recalled !== null) return recalled
    // Before the flight: whoever joins it has a share of their own.
    if (newCodes.isUsedUp(identityId) && !(await findKept(deps, key)).isKept) {
      throw new HubError('too_many_requests', 'too many new codes for this user today')
    }
    return flights.run(name, async () => {
      const known = await make({ app, code, key, scene, identityId }).catch(tellRemovedApp)
      cache.keep(name, known)
      return known
    })
  }

  async function findImage(hash: string): Promise<Image | null> {
    if (!/^[0-9a-f]{64}$/.test(hash)) return null
    const bytes = await images.find(hash)
    // Whoever asks for the code of an image that was lost gets it made again, and not the lost one's address.
    if (bytes === null) cache.forgetImage(hash)
    const type = bytes && findImageType(bytes)
    return bytes && type && { bytes, type }
  }

  return {
    /**
     * The code's image, by the hash of its content. `identityId`: who asks, if it is a user; on a node each has
     * 500 new codes a day. Throws bad_request, app_wrong_kind, too_many_requests or what WeChat says.
     */
    get,

    /** Like `get`, with the image itself. */
    async getImage(app: App, request: CodeRequest): Promise<Image> {
      const find = async () => findImage((await get(app, request)).hash)
      const image = (await find()) ?? (await find())
      if (image === null) throw new HubError('internal', 'the image is gone')
      return image
    },

    findImage,

    /** Removes images that no code has named for a day: those of apps that were removed, and unfinished ones. */
    purgeImages: (): Promise<number> =>
      images.removeUnnamed(now() - unnamedForMs, (hashes) => listNamedImages(database.sql, hashes)),
  }
}

/** Whether a code is known, and its image there. */
async function findKept({ database, images }: Deps, key: Buffer) {
  const known = await findQrCode(database.sql, key)
  return { known, isKept: known !== null && (await images.has(known.hash)) }
}

function tellRemovedApp(error: unknown): never {
  if (!isForeignKeyViolation(error)) throw error
  throw new HubError('app_unknown', 'the app was removed', { cause: error })
}
