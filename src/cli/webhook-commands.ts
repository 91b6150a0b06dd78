import type { Hub } from '../hub/hub.ts'
import { deliveryStates } from '../hub/webhooks/deliveries-store.ts'
import type { Webhook } from '../hub/webhooks/webhook.ts'
import { actor, type Command, type CommandContext, UsageError } from './command.ts'
import { parseDate, words } from './key-commands.ts'
import { parseId } from './setup-commands.ts'
import { toTable, toTime } from './table.ts'

export const webhookCommands: Command[] = [
  {
    words: 'webhooks list',
    usage: '',
    about: { en: 'who is told of messages', zh: '列出消息订阅者' },
    argCount: 0,
    async run({ hub }) {
      const data = await hub.webhooks.list()
      return { data, text: toTable(data.map(toRow)) }
    },
  },
  {
    words: 'webhooks add',
    usage:
      '<url> [--name N] [--tenant NAME] [--apps "wx1 wx2"] [--kinds "text event"] [--events "subscribe"]',
    about: {
      en: 'has messages sent to a URL; shows its signing secret this once',
      zh: '添加订阅者，签名密钥仅显示一次',
    },
    argCount: 1,
    options: ['name', 'tenant', 'apps', 'kinds', 'events'],
    async run({ hub, args: [url = ''], options }) {
      const { id: tenantId } = await hub.tenants.ensure(options.tenant, actor)
      const input = {
        url,
        name: options.name ?? 'webhook',
        apps: listOrAll(options.apps),
        kinds: listOrAll(options.kinds),
        events: listOrAll(options.events),
      }
      const { webhook, secret } = await hub.webhooks.add(tenantId, input, actor)
      return { data: { id: webhook.id, secret: secret.reveal() }, text: secret.reveal() }
    },
  },
  {
    words: 'webhooks enable',
    usage: '<id>',
    about: { en: 'takes a disabled webhook into service again', zh: '重新启用被停用的订阅者' },
    argCount: 1,
    async run({ hub, args: [id = ''] }) {
      const data = await hub.webhooks.change(parseId(id), { isEnabled: true }, actor)
      return { data, text: toTable([toRow(data)]) }
    },
  },
  {
    words: 'webhooks remove',
    usage: '<id>',
    about: { en: 'sends it nothing any more', zh: '删除订阅者' },
    argCount: 1,
    async run({ hub, args: [id = ''], language }) {
      await hub.webhooks.remove(parseId(id), actor)
      const text = { en: `removed webhook ${id}`, zh: `已删除订阅者 ${id}` }[language]
      return { data: { removed: parseId(id) }, text }
    },
  },
  {
    words: 'webhooks deliveries',
    usage: '<id> [--state pending|delivered|failed]',
    about: { en: 'the newest 50 deliveries', zh: '最近 50 次投递' },
    argCount: 1,
    options: ['state'],
    run: listDeliveries,
  },
  {
    words: 'webhooks replay',
    usage: '<id> --message ID | --since 2027-01-31T08:00Z [--until 2027-01-31T09:00Z] [--only undelivered]',
    about: {
      en: 'sends one message again, or all that came in a span of time',
      zh: '重新投递一条消息，或某段时间内收到的全部消息',
    },
    argCount: 1,
    options: ['message', 'since', 'until', 'only'],
    run: replay,
  },
]

async function listDeliveries({ hub, args: [id = ''], options }: CommandContext) {
  const state = deliveryStates.find((known) => known === options.state) ?? null
  if (options.state !== undefined && state === null) {
    throw new UsageError(`--state is one of ${deliveryStates.join(', ')}`)
  }
  const { id: webhookId } = await hub.webhooks.get(parseId(id))
  const data = await hub.deliveries.list(webhookId, { state, before: null, limit: 50 })
  const rows = data.map(({ recentAttempts, messageId, ...delivery }) => ({
    message: messageId,
    state: delivery.state,
    failed: delivery.attempts,
    last: recentAttempts.at(-1)?.error ?? recentAttempts.at(-1)?.status ?? null,
    next: toTime(delivery.nextAttemptAt),
    delivered: toTime(delivery.deliveredAt),
  }))
  return { data, text: toTable(rows) }
}

async function replay({ hub, args: [id = ''], options, language }: CommandContext) {
  const webhook = await hub.webhooks.get(parseId(id))
  const replayed = await replayChosen(hub, webhook, options)
  const text = { en: `to be sent again: ${replayed}`, zh: `将重新投递：${replayed}` }[language]
  return { data: { replayed }, text }
}

async function replayChosen(hub: Hub, webhook: Webhook, options: CommandContext['options']): Promise<number> {
  if (options.only !== undefined && options.only !== 'undelivered') {
    throw new UsageError('--only takes: undelivered')
  }
  if (options.message !== undefined) {
    await hub.deliveries.replay(webhook, parseId(options.message), actor)
    return 1
  }
  const from = parseDate('since', options.since)
  if (from === null) throw new UsageError('name a --message, or a time: --since')
  const to = parseDate('until', options.until) ?? Number.MAX_SAFE_INTEGER
  const range = { from, to, onlyUndelivered: options.only === 'undelivered' }
  let replayed = 0
  let after: number | null = null
  do {
    const page: Awaited<ReturnType<Hub['deliveries']['replayRange']>> = await hub.deliveries.replayRange(
      webhook,
      { ...range, after },
      actor,
    )
    replayed += page.replayed
    after = page.next
  } while (after !== null)
  return replayed
}

function listOrAll(text: string | undefined): string[] | null {
  return text === undefined ? null : words(text)
}

function toRow({ id, name, url, apps, kinds, events, failingSince, disabledAt }: Webhook) {
  return {
    ...{ id, name, url },
    apps: apps?.join(' ') ?? null,
    kinds: kinds?.join(' ') ?? null,
    events: events?.join(' ') ?? null,
    failingSince: toTime(failingSince),
    disabled: toTime(disabledAt),
  }
}
