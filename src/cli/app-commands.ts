import { type App, type AppKind, appKinds, gatewayModes } from '../hub/apps/app.ts'
import { Secret } from '../secret.ts'
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
      const { id: tenantId } = await hub.tenants.ensure(options.tenant, actor)
      const appId = args[0] ?? ''
      const input = {
        appId,
        tenantId,
        kind: parseKind(options.kind),
        name: options.name ?? appId,
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
    words: 'apps set-gateway',
    usage: '<appId> --mode plain|compatible|safe|none [< token and EncodingAESKey]',
    about: {
      en: 'how WeChat brings messages; the token and, behind a blank, the EncodingAESKey come from standard input',
      zh: '设置消息推送；从标准输入读取 Token 与 EncodingAESKey（空白分隔）',
    },
    argCount: 1,
    options: ['mode'],
    run: setGateway,
  },
  {
    words: 'apps verify-file',
    usage: '<appId> <MP_verify_….txt> [--remove yes] [< file]',
    about: {
      en: "keeps a file of WeChat's domain check, read from standard input; --remove yes takes it out",
      zh: '保存微信域名校验文件（从标准输入读取）；--remove yes 删除',
    },
    argCount: 2,
    options: ['remove'],
    run: setVerifyFile,
  },
  {
    words: 'apps set-phone-budget',
    usage: '<appId> <calls a day|none>',
    about: {
      en: 'limits the paid calls for phone numbers of an app, by day in China',
      zh: '限制应用每天（北京时间）获取手机号的付费次数',
    },
    argCount: 2,
    async run({ hub, args: [appId = '', budget = ''] }) {
      const app = await hub.apps.change(appId, { phoneBudget: parseBudget(budget) }, actor)
      const phoneCallsToday = (await hub.phones.countToday()).get(appId) ?? 0
      const data = { appId, phoneBudget: app.phoneBudget, phoneCallsToday }
      return { data, text: toTable([{ ...data, phoneBudget: app.phoneBudget ?? 'none' }]) }
    },
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

/** With nothing on standard input the token and the key stay, and only the mode changes. */
async function setGateway({ hub, args: [appId = ''], options, readSecret }: CommandContext) {
  const mode = gatewayModes.find((known) => known === options.mode)
  if (mode === undefined && options.mode !== 'none') {
    throw new UsageError(`--mode is one of ${gatewayModes.join(', ')}, none`)
  }
  const gateway = mode === undefined ? null : { mode, ...readGatewaySecrets(await readSecret()) }
  const data = toView(await hub.apps.change(appId, { gateway }, actor))
  return { data, text: toTable([{ ...data, secrets: data.secrets.join(' ') }]) }
}

function readGatewaySecrets(text: Secret) {
  const [token, encodingAesKey] = text.reveal().split(/\s+/)
  return {
    token: token ? new Secret(token) : undefined,
    encodingAesKey: encodingAesKey ? new Secret(encodingAesKey) : undefined,
  }
}

async function setVerifyFile({ hub, args: [appId = '', file = ''], options, readSecret }: CommandContext) {
  const { [file]: _replaced, ...others } = (await hub.apps.get(appId)).verifyFiles
  const isRemoved = options.remove !== undefined
  const verifyFiles = isRemoved ? others : { ...others, [file]: (await readSecret()).reveal() }
  const data = toView(await hub.apps.change(appId, { verifyFiles }, actor))
  return { data, text: Object.keys(verifyFiles).join('\n') }
}

function parseBudget(text: string): number | null {
  if (text === 'none') return null
  if (!/^\d{1,9}$/.test(text)) throw new UsageError('the budget is a whole number, or none')
  return Number(text)
}

function parseKind(text: string | undefined): AppKind {
  const kind = appKinds.find((known) => known === text)
  if (kind === undefined) throw new UsageError(`--kind is one of ${appKinds.join(', ')}`)
  return kind
}

function toView({ appId, tenantId, kind, name, secrets, gateway }: App) {
  const fingerprints = secrets.map(({ fingerprint }) => fingerprint)
  return { appId, tenantId, kind, name, secrets: fingerprints, gateway: gateway?.mode ?? null }
}
