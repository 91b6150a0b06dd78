import type { Database, Sql } from '../../database/database.ts'
import type { App } from '../apps/app.ts'
import { systemActor } from '../audit/actor.ts'
import { insertEnsured, listEnsured } from './ensured-users-store.ts'
import { lockIdentity } from './identities-store.ts'
import { noteImport } from './import-users.ts'
import { insertIdentityOf, recordTogether } from './record-sighting.ts'

/** A person in one app. `name` tells persons apart for good; it is nothing that WeChat says of them. */
export type EnsuredUser = { name: string; app: App; openId: string; unionId: string | null }

type Deps = { database: Database; now: () => number }

/**
 * Users who are there before they log in, for set-up by machines: their ids and nothing else, so that a first login
 * is one. Each once: who is known is left alone, and who was erased stays away.
 */
export async function ensureUsers(deps: Deps, users: readonly EnsuredUser[]): Promise<void> {
  const ensured = await listEnsured(deps.database.sql)
  const wanted = users.filter((user) => !ensured.has(markOf(user)))
  if (wanted.length === 0) return
  await recordTogether(deps.database, async (sql) => {
    const added = new Map<App, number>()
    for (const user of wanted) {
      if (await ensureUser(deps, sql, user)) added.set(user.app, (added.get(user.app) ?? 0) + 1)
    }
    const by = { at: deps.now(), actor: systemActor }
    for (const [app, count] of added) await noteImport(sql, app, count, by)
  })
}

async function ensureUser({ now }: Deps, sql: Sql, user: EnsuredUser): Promise<boolean> {
  if (!(await insertEnsured(sql, markOf(user)))) return false
  if ((await lockIdentity(sql, user.app.appId, user.openId)) !== null) return false
  await insertIdentityOf(sql, user, now())
  return true
}

function markOf({ name, app }: EnsuredUser): string {
  return `${app.appId}/${name}`
}
