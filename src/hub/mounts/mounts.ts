import { isUniqueViolation, type Sql } from '../../database/database.ts'
import type { AppKind } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { insertAuditEntry, systemActor } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import type { Contract, Mount, MountOptions } from './mount.ts'
import { parseMountOptions } from './mount-options.ts'
import { deleteMount, insertMount, updateMountOptions } from './mounts-store.ts'

export type MountInput = {
  contract: Contract
  path?: string
  appId?: string | null
  officialAppId?: string | null
  options?: MountOptions | Record<string, unknown>
}

type MountSetup = Setup<{ mounts: readonly Mount[] }>

export type Mounts = ReturnType<typeof createMounts>

/** Where each contract lies unless it is mounted elsewhere, what ends its path, which apps it can be for. */
const rules: Record<Contract, { path: string; pathForm: RegExp; appKinds: readonly AppKind[] | null }> = {
  commcn: {
    path: '/commcn/api/v1',
    pathForm: /^\/[a-z0-9][a-z0-9_-]{0,31}\/api\/v1$/,
    appKinds: ['mini_program', 'official_account'],
  },
  control: { path: '/wx', pathForm: /^\/wx$/, appKinds: null },
}

// First segments that are not for mounts, present and planned.
const reserved = new Set(['api', 'console', 'gateway', 'healthz', 'metrics', 'qrcodes', 'readyz', 'wx'])

/** Contracts bound to apps; can be added and removed while the hub runs. */
export function createMounts(deps: { setup: MountSetup; apps: Apps; now: () => number }) {
  const { setup, apps, now } = deps

  async function checkApp(contract: Contract, appId: string | null): Promise<void> {
    const { appKinds } = rules[contract]
    if (appKinds === null) {
      if (appId !== null) throw new HubError('bad_request', `${contract} is for all apps: it takes no appId`)
      return
    }
    if (appId === null) throw new HubError('bad_request', `${contract} needs an appId`)
    const app = await apps.get(appId)
    if (!appKinds.includes(app.kind)) {
      throw new HubError('app_wrong_kind', `${contract} cannot be mounted on a ${app.kind}`)
    }
  }

  function audit(sql: Sql, actor: string, action: string, subject: string, detail = {}): Promise<void> {
    return insertAuditEntry(sql, { at: now(), actor, action, subject, detail })
  }

  async function find(id: number): Promise<Mount | null> {
    const { mounts } = await setup.current()
    return mounts.find((mount) => mount.id === id) ?? null
  }

  async function add(input: MountInput, actor: string = systemActor): Promise<Mount> {
    const { contract } = input
    const path = input.path ?? rules[contract].path
    const appId = input.appId ?? null
    checkPath(contract, path)
    await checkApp(contract, appId)
    const { mounts } = await setup.current()
    const clash = mounts.find((mount) => overlaps(mount.path, path))
    if (clash !== undefined) throw new HubError('conflict', 'the path clashes with that of another mount')
    const options = parseMountOptions(input.options ?? {})
    const mount = { contract, path, appId, officialAppId: input.officialAppId ?? null, options }
    try {
      await setup.change(async (sql) => {
        const id = await insertMount(sql, { ...mount, createdAt: now() })
        await audit(sql, actor, 'mount.added', `mount:${id}`, { contract, path, appId })
      })
    } catch (error) {
      if (isUniqueViolation(error)) throw new HubError('conflict', 'the path is taken')
      throw error
    }
    const added = (await setup.current()).mounts.find((one) => one.path === path)
    if (added === undefined) throw new HubError('conflict', 'the mount was removed at once')
    return added
  }

  return {
    list: async (): Promise<readonly Mount[]> => (await setup.current()).mounts,

    find,
    add,

    /** Replaces all options of a mount. */
    async setOptions(
      id: number,
      options: Record<string, unknown>,
      actor: string = systemActor,
    ): Promise<Mount> {
      const parsed = parseMountOptions(options)
      await setup.change(async (sql) => {
        if (!(await updateMountOptions(sql, id, parsed))) throw new HubError('not_found', 'no such mount')
        await audit(sql, actor, 'mount.changed', `mount:${id}`, { options: Object.keys(parsed) })
      })
      const changed = await find(id)
      if (changed === null) throw new HubError('not_found', 'the mount was removed at once')
      return changed
    },

    /** Mounts a contract at its default path unless something lies there; for set-up by machines. */
    async ensureDefault(contract: Contract, appId: string | null): Promise<void> {
      try {
        await add({ contract, appId })
      } catch (error) {
        if (!(error instanceof HubError) || error.code !== 'conflict') throw error
      }
    },

    async remove(id: number, actor: string = systemActor): Promise<void> {
      await setup.change(async (sql) => {
        if (!(await deleteMount(sql, id))) throw new HubError('not_found', 'no such mount')
        await audit(sql, actor, 'mount.removed', `mount:${id}`)
      })
    },

    /** The mount whose base path this path lies under, as last read: for where nothing can be awaited. */
    match: (path: string): Mount | null =>
      setup.last().mounts.find((mount) => isUnder(path, mount.path)) ?? null,
  }
}

function checkPath(contract: Contract, path: string): void {
  const { pathForm, path: defaultPath } = rules[contract]
  if (path === defaultPath) return
  if (!pathForm.test(path)) throw new HubError('bad_request', `${contract} cannot lie at this path`)
  if (reserved.has(path.split('/')[1] ?? '')) throw new HubError('bad_request', 'the path is reserved')
}

function isUnder(path: string, base: string): boolean {
  return path.startsWith(base) && (path.length === base.length || path[base.length] === '/')
}

function overlaps(a: string, b: string): boolean {
  return isUnder(a, b) || isUnder(b, a)
}
