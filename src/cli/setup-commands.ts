import { HubError } from '../hub/errors.ts'
import { type Contract, contracts } from '../hub/mounts/mount.ts'
import { actor, type Command, UsageError } from './command.ts'
import { toTable } from './table.ts'

/** Mounts and tenants. */
export const setupCommands: Command[] = [
  {
    words: 'mounts list',
    usage: '',
    about: { en: 'which contract lies where, for which app', zh: '列出各契约的路径与应用' },
    argCount: 0,
    async run({ hub }) {
      const data = [...(await hub.mounts.list())]
      return {
        data,
        text: toTable(data.map((mount) => ({ ...mount, options: JSON.stringify(mount.options) }))),
      }
    },
  },
  {
    words: 'mounts add',
    usage: '<contract> --app APPID [--official-app APPID] [--path /x/…] [--options JSON]',
    about: { en: 'serves a contract for an app, from now on', zh: '为应用挂载契约，立即生效' },
    argCount: 1,
    options: ['app', 'official-app', 'path', 'options'],
    async run({ hub, args: [contract], options }) {
      const input = {
        contract: parseContract(contract),
        appId: options.app ?? null,
        officialAppId: options['official-app'] ?? null,
        options: parseJson(options.options),
        ...(options.path !== undefined && { path: options.path }),
      }
      const data = await hub.mounts.add(input, actor)
      return { data, text: toTable([{ ...data, options: JSON.stringify(data.options) }]) }
    },
  },
  {
    words: 'mounts remove',
    usage: '<id>',
    about: { en: 'takes a mount out of service', zh: '移除挂载' },
    argCount: 1,
    async run({ hub, args: [id = ''], language }) {
      await hub.mounts.remove(parseId(id), actor)
      const text = { en: `removed mount ${id}`, zh: `已移除挂载 ${id}` }[language]
      return { data: { removed: parseId(id) }, text }
    },
  },
  {
    words: 'tenants list',
    usage: '',
    about: { en: 'all tenants', zh: '列出租户' },
    argCount: 0,
    async run({ hub }) {
      const data = await hub.tenants.list()
      return { data, text: toTable(data.map(({ id, name }) => ({ id, name }))) }
    },
  },
  {
    words: 'tenants add',
    usage: '<name>',
    about: { en: 'adds a tenant', zh: '添加租户' },
    argCount: 1,
    async run({ hub, args: [name = ''] }) {
      const data = await hub.tenants.add(name, actor)
      return { data, text: toTable([{ id: data.id, name: data.name }]) }
    },
  },
]

function parseContract(text: string | undefined): Contract {
  const contract = contracts.find((known) => known === text)
  if (contract === undefined) throw new UsageError(`the contract is one of ${contracts.join(', ')}`)
  return contract
}

function parseJson(text: string | undefined): object {
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {}
  throw new UsageError('--options is not a JSON object')
}

export function parseId(text: string): number {
  const id = Number(text)
  if (!Number.isSafeInteger(id) || id < 1) throw new HubError('bad_request', 'the id is not a number')
  return id
}
