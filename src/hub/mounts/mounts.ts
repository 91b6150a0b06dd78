import { isUniqueViolation } from '../../database/database.ts'
import type { AppKind } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import type { Contract, Mount, MountOptions } from './mount.ts'
import { deleteMount, insertMount } from './mounts-store.ts'

export type MountInput = {
  contract: Contract
  path?: string
  appId?: string | null
  officialAppId?: string | null
  options?: MountOptions
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

  async function add(input: MountInput): Promise<Mount> {
    const { contract } = input
    const path = input.path ?? rules[contract].path
    const appId = input.appId ?? null
    checkPath(contract, path)
    await checkApp(contract, appId)
    const { mounts } = await setup.current()
    const clash = mounts.find((mount) => overlaps(mount.path, path))
    if (clash !== undefined)
      throw new HubError('conflict', `the path clashes with the mount at ${clash.path}`)
    const options = input.options ?? {}
    const mount = { contract, path, appId, officialAppId: input.officialAppId ?? null, options }
    try {
      await setup.change((sql) => insertMount(sql, { ...mount, createdAt: now() }))
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

    add,

    /** Mounts a contract at its default path unless something lies there; for set-up by machines. */
    async ensureDefault(contract: Contract, appId: string | null): Promise<void> {
      try {
        await add({ contract, appId })
      } catch (error) {
        if (!(error instanceof HubError) || error.code !== 'conflict') throw error
      }
    },

    async remove(id: number): Promise<void> {
      const isGone = await setup.change((sql) => deleteMount(sql, id))
      if (!isGone) throw new HubError('not_found', 'no such mount')
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
