import { type Command, UsageError } from './command.ts'
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
    const from = parseTime('since', options.since)
    const to = parseTime('until', options.until)
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

function parseTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`--${name} is not a date`)
  return at
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return usualCount
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxCount) {
    throw new UsageError(`--limit is a number from 1 to ${maxCount}`)
  }
  return limit
}
