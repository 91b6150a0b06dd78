import { createHmac } from 'node:crypto'
import type { App } from '../apps/app-store.ts'
import { demoUsers } from './demo-users.ts'

export type User = {
  id: string
  nickname: string
  gender: number
  city: string
  province: string
  country: string
  language: string
  avatarUrl: string
  phone: string | null
  /** A snapshot page shows a virtual account to the site. */
  virtual: boolean
  /** A person whose codes WeChat refuses as risky. */
  blocked: boolean
}

/** Whom WeChat knows nothing about: its placeholder name and the grey avatar. */
const withoutProfile: Omit<User, 'id'> = {
  nickname: '微信用户',
  gender: 0,
  city: '',
  province: '',
  country: '',
  language: 'zh_CN',
  avatarUrl:
    'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132',
  phone: null,
  virtual: false,
  blocked: false,
}

export type UserStore = ReturnType<typeof createUserStore>

export function createUserStore() {
  const users = new Map<string, User>()
  const openids = new Map<string, string>()
  const byOpenid = new Map<string, User['id']>()
  for (const user of demoUsers) upsert(user)

  function openidOf(user: User, app: App): string {
    const key = `${app.appid} ${user.id}`
    const known = openids.get(key)
    if (known !== undefined) return known
    const openid = deriveId('openid', key)
    openids.set(key, openid)
    byOpenid.set(`${app.appid} ${openid}`, user.id)
    return openid
  }

  /** Changes the user in place, so that codes and tokens given earlier see the change. */
  function upsert({ id = nextId(users), ...changes }: Partial<User>): User {
    const user = users.get(id) ?? { id, ...withoutProfile }
    users.set(id, user)
    return Object.assign(user, changes)
  }

  return {
    openidOf,
    unionidOf: (user: User, openPlatform: string | null): string | null =>
      openPlatform === null ? null : deriveId('unionid', `${openPlatform} ${user.id}`),
    find: (id: string): User | null => users.get(id) ?? null,
    list: (): User[] => [...users.values()],
    findByOpenid(openid: string, app: App): User | null {
      const key = `${app.appid} ${openid}`
      // An openid from before a restart is right, but not derived yet.
      if (!byOpenid.has(key)) for (const user of users.values()) openidOf(user, app)
      return users.get(byOpenid.get(key) ?? '') ?? null
    },
    upsert,
  }
}

function nextId(users: ReadonlyMap<string, User>): string {
  let number = users.size + 1
  while (users.has(`u${number}`)) number += 1
  return `u${number}`
}

/** 28 characters that begin with o; equal for the same user and app after each start. */
function deriveId(purpose: string, text: string): string {
  return `o${createHmac('sha256', `sandbox ${purpose}`).update(text).digest('base64url').slice(0, 27)}`
}
