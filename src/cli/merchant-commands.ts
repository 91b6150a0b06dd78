import { readFileSync } from 'node:fs'
import { HubError } from '../hub/errors.ts'
import type { CredentialInput } from '../hub/merchants/check-merchant.ts'
import type { Merchant } from '../hub/merchants/merchant.ts'
import { Secret } from '../secret.ts'
import { actor, type Command, type CommandContext, UsageError } from './command.ts'
import { words } from './key-commands.ts'
import { toTable } from './table.ts'

const keyOptions = ['serial', 'certificate', 'private-key', 'api-v3-key', 'public-key', 'public-key-id']
const keyUsage =
  '[--serial HEX | --certificate FILE] [--private-key FILE] [--api-v3-key FILE] [--public-key FILE --public-key-id ID]'

export const merchantCommands: Command[] = [
  {
    words: 'merchants list',
    usage: '',
    about: { en: 'merchants of WeChat Pay, without their keys', zh: '列出微信支付商户（不含密钥）' },
    argCount: 0,
    async run({ hub }) {
      return show(await hub.merchants.list())
    },
  },
  {
    words: 'merchants show',
    usage: '<mchid>',
    about: { en: 'one merchant and its apps', zh: '查看一个商户及其应用' },
    argCount: 1,
    async run({ hub, args: [mchid = ''] }) {
      return show([await hub.merchants.get(mchid)])
    },
  },
  {
    words: 'merchants add',
    usage: `<mchid> --apps "wx1 wx2" [--name N] [--tenant NAME] ${keyUsage}`,
    about: {
      en: 'sets up a merchant; PEM and the APIv3 key come from files',
      zh: '添加商户，PEM 与 APIv3 密钥从文件读取',
    },
    argCount: 1,
    options: ['apps', 'name', 'tenant', ...keyOptions],
    async run({ hub, args: [mchid = ''], options }) {
      const { id: tenantId } = await hub.tenants.ensure(options.tenant, actor)
      const { name = mchid, apps = '' } = options
      const input = { mchid, tenantId, name, apps: words(apps), ...readKeys(options) }
      return show([await hub.merchants.add(input, actor)])
    },
  },
  {
    words: 'merchants change',
    usage: `<mchid> [--apps "wx1 wx2"] [--name N] ${keyUsage}`,
    about: {
      en: 'binds a merchant to these apps and no others, or replaces its keys; --public-key none takes that one away',
      zh: '修改商户绑定的应用或更换密钥；--public-key none 删除微信支付公钥',
    },
    argCount: 1,
    options: ['apps', 'name', ...keyOptions],
    run: changeMerchant,
  },
  {
    words: 'merchants remove',
    usage: '<mchid>',
    about: { en: 'removes a merchant that no payment refers to', zh: '删除没有支付记录的商户' },
    argCount: 1,
    async run({ hub, args: [mchid = ''], language }) {
      await hub.merchants.remove(mchid, actor)
      return { data: { removed: mchid }, text: { en: `removed ${mchid}`, zh: `已删除 ${mchid}` }[language] }
    },
  },
]

async function changeMerchant({ hub, args: [mchid = ''], options }: CommandContext) {
  const { name, apps } = options
  const change = { name, apps: apps === undefined ? undefined : words(apps), ...readKeys(options) }
  if (Object.values(change).every((value) => value === undefined)) throw new UsageError('nothing to change')
  return show([await hub.merchants.change(mchid, change, actor)])
}

function readKeys(options: CommandContext['options']): CredentialInput {
  const secretIn = (option: string) => {
    const text = readOption(options, option)
    return text === undefined ? undefined : new Secret(text)
  }
  return {
    serial: options.serial,
    certificate: readOption(options, 'certificate'),
    privateKey: secretIn('private-key'),
    apiV3Key: secretIn('api-v3-key'),
    publicKey: readPublicKey(options),
  }
}

function readPublicKey(options: CommandContext['options']) {
  const id = options['public-key-id']
  if (options['public-key'] === 'none') return null
  const pem = readOption(options, 'public-key')
  if (pem === undefined && id === undefined) return undefined
  if (pem !== undefined && id !== undefined) return { id, pem }
  throw new UsageError('--public-key and --public-key-id go together')
}

/** What the named file holds. The command line is no place for keys: it stands in the list of processes. */
function readOption(options: CommandContext['options'], option: string): string | undefined {
  const file = options[option]
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new HubError('bad_request', `the file of --${option} cannot be read`, { cause })
  }
}

function show(merchants: readonly Merchant[]) {
  const data = merchants.map(({ mchid, tenantId, name, apps, credential }) => ({
    mchid,
    tenantId,
    name,
    apps,
    serial: credential.serial,
    publicKeyId: credential.publicKey?.id ?? null,
  }))
  return { data, text: toTable(data.map((one) => ({ ...one, apps: one.apps.join(' ') }))) }
}
