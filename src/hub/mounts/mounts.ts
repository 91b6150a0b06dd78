import { type Database, isUniqueViolation, type Sql } from '../../database/database.ts'
import type { AppKind } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { type Actor, systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import { checkPath, contractRules } from './contract-rules.ts'
import { type Contract, caselessContracts, type Mount } from './mount.ts'
import {
  deleteMount,
  hasDefaultMark,
  insertDefaultMark,
  insertMount,
  type NewMount,
  updateMountOptions,
} from './mounts-store.ts'
import { parseMountOptions } from './parse-options.ts'

export type MountInput = {
  contract: Contract
  path?: string
  appId?: string | null
  officialAppId?: string | null
  /** Checked here: see `MountOptions`. */
  options?: unknown
}

type MountSetup = Setup<{ mounts: readonly Mount[] }>

export type Mounts = ReturnType<typeof createMounts>

type Deps = { database: Database; setup: MountSetup; apps: Apps; now: () => number }

/** Contracts bound to apps; can be added, changed and removed while the hub runs. */
export function createMounts({ database, setup, apps, now }: Deps) {
  async function get(id: number): Promise<Mount> {
    const { mounts } = await setup.current()
    const found = mounts.find((mount) => mount.id === id)
    if (found === undefined) throw new HubError('not_found', 'no such mount')
    return found
  }

  async function parse(input: MountInput): Promise<NewMount> {
    const { contract, path = contractRules[contract].path } = input
    const { appId = null, officialAppId = null } = input
    checkPath(contract, path)
    await checkApps(apps, contract, appId, officialAppId)
    const options = parseMountOptions(contract, input.options)
    const { mounts } = await setup.current()
    const clash = mounts.find((mount) => overlaps(mount.path, path))
    if (clash !== undefined) throw new HubError('conflict', 'the path clashes with that of another mount')
    return { contract, path, appId, officialAppId, options, createdAt: now() }
  }

  const audit = createMountAudit({ apps, now })

  async function insertNoted(sql: Sql, mount: NewMount, actor: Actor): Promise<void> {
    const { contract, path, appId, officialAppId } = mount
    const id = await insertMount(sql, mount)
    await audit(sql, actor, 'mount.added', { id, appId, detail: { contract, path, appId, officialAppId } })
  }

  async function insert(mount: NewMount, work: (sql: Sql) => Promise<void>): Promise<void> {
    try {
      await setup.change(work)
    } catch (error) {
      if (isUniqueViolation(error)) throw new HubError('conflict', `the path ${mount.path} is taken`)
      throw error
    }
  }

  return {
    list: async (): Promise<readonly Mount[]> => (await setup.current()).mounts,

    get,

    /** Throws bad_request, conflict, app_unknown or app_wrong_kind. */
    async add(input: MountInput, actor: Actor = systemActor): Promise<Mount> {
      const mount = await parse(input)
      await insert(mount, (sql) => insertNoted(sql, mount, actor))
      const added = (await setup.current()).mounts.find((one) => one.path === mount.path)
      if (added === undefined) throw new HubError('conflict', 'the mount was removed at once')
      return added
    },

    /**
     * Mounts a contract at its default path, once: not where something lies there, and not again after it
     * was removed. For set-up by machines.
     */
    async ensureDefault(
      contract: Contract,
      appId: string | null,
      officialAppId: string | null = null,
    ): Promise<void> {
      if (await hasDefaultMark(database.sql, contract)) return
      try {
        const mount = await parse({ contract, appId, officialAppId })
        await insert(mount, async (sql) => {
          // Another process may have made it at this moment.
          if (await insertDefaultMark(sql, contract)) await insertNoted(sql, mount, systemActor)
        })
      } catch (error) {
        if (!(error instanceof HubError) || error.code !== 'conflict') throw error
      }
    },

    /** Replaces the options of a mount. */
    async change(id: number, { options }: { options: unknown }, actor: Actor = systemActor): Promise<Mount> {
      const { contract, appId } = await get(id)
      const checked = parseMountOptions(contract, options)
      await setup.change(async (sql) => {
        if (!(await updateMountOptions(sql, id, checked))) throw new HubError('not_found', 'no such mount')
        await audit(sql, actor, 'mount.changed', { id, appId, detail: { options: Object.keys(checked) } })
      })
      return get(id)
    },

    async remove(id: number, actor: Actor = systemActor): Promise<void> {
      const { appId } = await get(id)
      await setup.change(async (sql) => {
        if (!(await deleteMount(sql, id))) throw new HubError('not_found', 'no such mount')
        await audit(sql, actor, 'mount.removed', { id, appId })
      })
    },

    /** The mount whose base path this path lies under, as last read: for where nothing can be awaited. */
    match: (path: string): Mount | null => matchMount(setup.last().mounts, path),
  }
}

/** Notes a change under the tenant of the mount's app. */
function createMountAudit({ apps, now }: Pick<Deps, 'apps' | 'now'>) {
  return async (
    sql: Sql,
    actor: Actor,
    action: string,
    { id, appId, detail = {} }: { id: number; appId: string | null; detail?: object },
  ): Promise<void> => {
    const tenantId = appId === null ? null : (await apps.get(appId)).tenantId
    await insertAuditEntry(sql, { at: now(), actor, action, subject: `mount:${id}`, tenantId, detail })
  }
}

async function checkApps(
  apps: Apps,
  contract: Contract,
  appId: string | null,
  officialAppId: string | null,
): Promise<void> {
  const { appKinds, takesOfficialApp } = contractRules[contract]
  if (appKinds === null) {
    if (appId !== null) throw new HubError('bad_request', `${contract} is for all apps: it takes no appId`)
  } else {
    if (appId === null) throw new HubError('bad_request', `${contract} needs an appId`)
    await checkKind(apps, contract, appId, appKinds)
  }
  if (officialAppId === null) return
  if (!takesOfficialApp) throw new HubError('bad_request', `${contract} takes no officialAppId`)
  await checkKind(apps, contract, officialAppId, ['official_account'])
  await checkOneTenant(apps, appId, officialAppId)
}

async function checkKind(apps: Apps, contract: Contract, appId: string, kinds: readonly AppKind[]) {
  const { kind } = await apps.get(appId)
  if (!kinds.includes(kind)) {
    throw new HubError('app_wrong_kind', `${contract} cannot be mounted on a ${kind} there`)
  }
}

async function checkOneTenant(apps: Apps, appId: string | null, officialAppId: string): Promise<void> {
  const { tenantId } = await apps.get(officialAppId)
  const other = appId === null ? null : await apps.find(appId)
  if (other !== null && other.tenantId !== tenantId) {
    throw new HubError('bad_request', 'officialAppId is of another tenant than appId')
  }
}

function matchMount(mounts: readonly Mount[], path: string): Mount | null {
  const lowerPath = path.toLowerCase()
  const pathFor = ({ contract }: Mount) => (caselessContracts.has(contract) ? lowerPath : path)
  return mounts.find((mount) => isUnder(pathFor(mount), mount.path)) ?? null
}

function isUnder(path: string, base: string): boolean {
  return path.startsWith(base) && (path.length === base.length || path[base.length] === '/')
}

function overlaps(a: string, b: string): boolean {
  return isUnder(a, b) || isUnder(b, a)
}
