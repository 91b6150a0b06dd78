import type { Database, Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { App } from '../apps/app.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { ImportOutcome } from '../import-outcome.ts'
import { workInParallel } from '../parallel.ts'
import { listKnownOpenIds } from './identities-store.ts'
import { type Profile, type ProfilePatch, toImprovement } from './profile.ts'
import { recordSighting } from './record-sighting.ts'
import { updateProfile } from './users-store.ts'

export type ImportedUser = { openId: string; unionId: string | null; profile: ProfilePatch }

type Checked = { openId: string; unionId: string | null; improvement: Partial<Profile> }

type Deps = { database: Database; sealed: SealedColumns; now: () => number }

const atOnce = 64

/**
 * Users of another system, with the openIds and unionIds that WeChat gave there. Who is known is left alone: what the
 * hub learnt since is newer.
 */
export async function importUsers(
  deps: Deps,
  app: App,
  rows: readonly ImportedUser[],
  actor: Actor,
): Promise<ImportOutcome[]> {
  const checked = rows.map(check)
  const openIds = checked.flatMap((row) => ('refused' in row ? [] : row.openId))
  const known = await listKnownOpenIds(deps.database.sql, app.appId, openIds)
  const wanted: Checked[] = []
  const outcomes = checked.map((row): ImportOutcome => {
    if ('refused' in row) return row
    if (known.has(row.openId)) return 'present'
    known.add(row.openId)
    wanted.push(row)
    return 'added'
  })
  const closing = new AbortController().signal
  const errors = await workInParallel(wanted, (row) => insert(deps, app, row), { atOnce, closing })
  if (errors.length > 0) throw errors[0]
  if (wanted.length > 0) await noteImport(deps.database.sql, app, wanted.length, { at: deps.now(), actor })
  return outcomes
}

function check({ openId, unionId, profile }: ImportedUser): Checked | { refused: string } {
  const isId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text)
  if (!isId(openId)) return { refused: 'openId is malformed' }
  if (unionId !== null && !isId(unionId)) return { refused: 'unionId is malformed' }
  try {
    return { openId, unionId, improvement: toImprovement(profile) }
  } catch (error) {
    if (error instanceof HubError) return { refused: error.message }
    throw error
  }
}

async function insert(deps: Deps, app: App, { openId, unionId, improvement }: Checked): Promise<void> {
  const writeProfile = (sql: Sql, { userId }: { userId: number }) => updateProfile(sql, userId, improvement)
  await recordSighting(deps, { app, openId, unionId }, writeProfile)
}

/** That users of an app were brought along who did not log in here. */
export function noteImport(
  sql: Sql,
  { appId, tenantId }: App,
  users: number,
  by: { at: number; actor: Actor },
): Promise<void> {
  const noted = { action: 'users.imported', subject: `app:${appId}`, tenantId, detail: { users } }
  return insertAuditEntry(sql, { ...noted, ...by })
}
