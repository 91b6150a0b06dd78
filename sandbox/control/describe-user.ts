import { demoOpenPlatform } from '../apps/demo-apps.ts'
import type { User } from '../users/user-store.ts'
import type { World } from '../world.ts'

/** A user with the ids that the apps see. `unionid` is that of the demo apps; others stand in `unionids`. */
export function describeUser({ users, apps }: Pick<World, 'users' | 'apps'>, user: User) {
  const list = apps.list()
  return {
    ...user,
    unionid: users.unionidOf(user, demoOpenPlatform),
    openids: Object.fromEntries(list.map((app) => [app.appid, users.openidOf(user, app)])),
    unionids: Object.fromEntries(list.map((app) => [app.appid, users.unionidOf(user, app.openPlatform)])),
  }
}
