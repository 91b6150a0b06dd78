import { timingSafeEqual } from 'node:crypto'
import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { checkLongScene, maxSceneLength, SceneRefused } from './check-scene.ts'
import { findScene, insertScene, type StoredScene } from './scenes-store.ts'

/** A long scene, and the short one that stands for it in a mini-program code. Time in unix milliseconds. */
export type Scene = StoredScene & { id: string }

export type Scenes = ReturnType<typeof createScenes>

type Deps = { database: Database; sealed: Pick<SealedColumns, 'hash'>; now: () => number }

const prefix = '~wh.'
const shortForm = /^~wh\.[\w-]{28}$/
const idLength = 12
const macLength = 9
/** Who resolves a short scene does not know its tenant yet. */
const noTenant = 0

/**
 * Scenes that are too long for a code. A short scene is `~wh.` and, in base64url, 12 bytes of a keyed hash over
 * app and scene, which name the row, and 9 bytes of another over these: so the same scene gets the same short
 * one on every node without a look at the database, and one that was made up is refused without one.
 */
export function createScenes({ database, sealed, now }: Deps) {
  async function toId(appId: string, scene: string): Promise<Buffer> {
    return (await sealed.hash(noTenant, 'scene', `${appId}:${scene}`)).subarray(0, idLength)
  }

  async function sign(id: Buffer): Promise<string> {
    const mac = await sealed.hash(noTenant, 'short-scene', id.toString('hex'))
    return prefix + Buffer.concat([id, mac.subarray(0, macLength)]).toString('base64url')
  }

  /** The id in a short scene of ours, else null. */
  async function verify(short: string): Promise<Buffer | null> {
    if (!shortForm.test(short)) return null
    const id = Buffer.from(short.slice(prefix.length), 'base64url').subarray(0, idLength)
    return timingSafeEqual(Buffer.from(await sign(id)), Buffer.from(short)) ? id : null
  }

  async function find(short: string): Promise<Scene | null> {
    const id = await verify(short)
    const found = id && (await findScene(database.sql, id))
    return found && { id: short, ...found }
  }

  return {
    /**
     * What goes into the code: the scene itself if it fits, else the short one, which leads nowhere before `keep`.
     * Throws SceneRefused, for a scene too that only looks like a short one.
     */
    async shorten(appId: string, scene: string): Promise<string> {
      if (scene.length > maxSceneLength) {
        checkLongScene(scene)
        return sign(await toId(appId, scene))
      }
      // A row that is there, or a code could be made before its long scene is kept, and then never lead to it.
      if (scene.startsWith(prefix) && (await find(scene))?.appId !== appId) {
        throw new SceneRefused(`a scene that begins with ${prefix} is none of this app's`)
      }
      return scene
    },

    /** Stores a long scene; once, however often. */
    async keep(appId: string, scene: string): Promise<void> {
      await insertScene(database.sql, await toId(appId, scene), { appId, scene, createdAt: now() })
    },

    /** The long scene behind a short one, as the mini program reads it from its code. */
    find,
  }
}
