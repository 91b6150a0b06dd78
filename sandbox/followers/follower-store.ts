import type { Clock } from '../clock.ts'

type Follower = { since: number; scene: string; qrScene: number; qrSceneStr: string }

export type FollowerStore = ReturnType<typeof createFollowerStore>

/** Who follows which official account; nobody does at the start. Times are Unix seconds of real time. */
export function createFollowerStore({ clock }: { clock: Clock }) {
  const followers = new Map<string, Follower>()

  return {
    find: (appid: string, openid: string): Follower | null => followers.get(`${appid} ${openid}`) ?? null,
    /** Who follows already stays one; the key of a QR code is `qrscene_` and what its maker chose. */
    follow(appid: string, openid: string, { qrKey = null }: { qrKey?: string | null } = {}): void {
      const key = `${appid} ${openid}`
      if (followers.has(key)) return
      followers.set(key, { since: Math.floor(clock.realNow() / 1000), ...toScene(qrKey) })
    },
    unfollow(appid: string, openid: string): void {
      followers.delete(`${appid} ${openid}`)
    },
  }
}

function toScene(qrKey: string | null): Omit<Follower, 'since'> {
  if (qrKey === null) return { scene: 'ADD_SCENE_SEARCH', qrScene: 0, qrSceneStr: '' }
  const text = qrKey.replace(/^qrscene_/, '')
  const isNumber = /^\d{1,9}$/.test(text)
  return {
    scene: 'ADD_SCENE_QR_CODE',
    qrScene: isNumber ? Number(text) : 0,
    qrSceneStr: isNumber ? '' : text,
  }
}
