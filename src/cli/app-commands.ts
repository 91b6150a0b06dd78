import { type App, type AppKind, appKinds } from '../hub/apps/app.ts'
import { actor, type Command, type CommandContext, UsageError } from './command.ts'
import { toTable } from './table.ts'

export const appCommands: Command[] = [
  {
    words: 'apps list',
    usage: '',
    about: { en: 'all apps, without their secrets', zh: '列出所有应用（不含密钥）' },
    argCount: 0,
    async run({ hub }) {
      const data = (await hub.apps.list()).map(toView)
      return { data, text: toTable(data.map((app) => ({ ...app, secrets: app.secrets.join(' ') }))) }
    },
  },
  {
    words: 'apps show',
    usage: '<appId>',
    about: { en: 'one app and the fingerprints of its secrets', zh: '查看一个应用及其密钥指纹' },
    argCount: 1,
    async run({ hub, args: [appId = ''] }) {
      const data = toView(await hub.apps.get(appId))
      return { data, text: toTable([{ ...data, secrets: data.secrets.join(' ') }]) }
    },
  },
  {
    words: 'apps add',
    usage: '<appId> --kind mini_program|official_account|open_app [--name N] [--tenant NAME] < secret',
    about: { en: 'adds an app; its secret comes from standard input', zh: '添加应用，密钥从标准输入读取' },
    argCount: 1,
    options: ['kind', 'name', 'tenant'],
    async run(context) {
      const { hub, args, options } = context
      const { id: tenantId } = await hub.tenants.ensure(options.tenant)
      const input = {
        appId: args[0] ?? '',
        tenantId,
        kind: parseKind(options.kind),
        name: options.name ?? '',
        secret: await context.readSecret(),
      }
      const data = toView(await hub.apps.add(input, actor))
      return { data, text: toTable([{ ...data, secrets: data.secrets.join(' ') }]) }
    },
  },
  {
    words: 'apps rotate-secret',
    usage: '<appId> [--remove FINGERPRINT] [< secret]',
    about: {
      en: 'adds a second secret from standard input; with --remove takes the old one out',
      zh: '从标准输入添加第二个密钥；--remove 删除旧密钥',
    },
    argCount: 1,
    options: ['remove'],
    run: rotateSecret,
  },
  {
    words: 'apps remove',
    usage: '<appId>',
    about: { en: 'removes an app that nothing refers to', zh: '删除没有被引用的应用' },
    argCount: 1,
    async run({ hub, args: [appId = ''], language }) {
      await hub.apps.remove(appId, actor)
      return { data: { removed: appId }, text: { en: `removed ${appId}`, zh: `已删除 ${appId}` }[language] }
    },
  },
]

async function rotateSecret({ hub, args: [appId = ''], options, readSecret }: CommandContext) {
  if (options.remove === undefined) await hub.apps.addSecret(appId, await readSecret(), actor)
  else await hub.apps.removeSecret(appId, options.remove, actor)
  const data = toView(await hub.apps.get(appId))
  return { data, text: toTable([{ ...data, secrets: data.secrets.join(' ') }]) }
}

function parseKind(text: string | undefined): AppKind {
  const kind = appKinds.find((known) => known === text)
  if (kind === undefined) throw new UsageError(`--kind is one of ${appKinds.join(', ')}`)
  return kind
}

function toView({ appId, tenantId, kind, name, secrets }: App) {
  return { appId, tenantId, kind, name, secrets: secrets.map(({ fingerprint }) => fingerprint) }
}
