import { type Command, UsageError } from './command.ts'
import { parseDate } from './key-commands.ts'
import { toTable, toTime } from './table.ts'

const usualCount = 50
const maxCount = 1000

export const auditCommand: Command = {
  words: 'audit',
  usage: '[--action A] [--subject S] [--actor A] [--since 2027-01-31] [--until 2027-02-01] [--limit 50]',
  about: { en: 'who changed what, the newest first', zh: '审计日志：谁改了什么，最新在前' },
  argCount: 0,
  options: ['action', 'subject', 'actor', 'since', 'until', 'limit'],
  async run({ hub, options }) {
    const { action, subject, actor } = options
    const from = parseDate('since', options.since) ?? undefined
    const to = parseDate('until', options.until) ?? undefined
    const limit = parseLimit(options.limit)
    const data = (await hub.audit.list({ action, subject, actor, from, to, before: null, limit })).map(
      ({ actor: { name, address }, ...row }) => ({ ...row, actor: name, address }),
    )
    const rows = data.map(({ at, actor: name, address, action: done, subject: thing, detail }) => ({
      at: toTime(at),
      actor: name,
      address,
      action: done,
      subject: thing,
      detail: JSON.stringify(detail),
    }))
    return { data, text: toTable(rows) }
  },
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return usualCount
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxCount) {
    throw new UsageError(`--limit is a number from 1 to ${maxCount}`)
  }
  return limit
}
