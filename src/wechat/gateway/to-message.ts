import { malformed } from './check-xml.ts'
import {
  type ContentOf,
  commonFields,
  eventFields,
  type FieldForm,
  type FieldTable,
  kindFields,
} from './message-fields.ts'
import type { WireFields } from './read-fields.ts'

export type CommonContent = ContentOf<typeof commonFields>

/** A message in our words. What no table names keeps WeChat's name; so do all fields of unknown kinds. */
export type PushedMessage = {
  openId: string
  kind: string
  event: string | null
  /** Unix milliseconds. */
  createdAt: number
  content: CommonContent & { readonly [name: string]: unknown }
}

/** Throws bad_request where a field that matters is missing or of another form. */
export function toMessage(fields: WireFields): PushedMessage {
  const { FromUserName, CreateTime, MsgType, Event, ...others } = fields
  const kind = readName(MsgType, 'MsgType')
  const event = kind === 'event' ? readName(Event, 'Event') : null
  // An Event beside another MsgType has no meaning, and is kept.
  const kept = event === null && Event !== undefined ? { ...others, Event } : others
  const content = readContent({ ...commonFields, ...findTable(kind, event) }, unwrapList(kept))
  const openId = readOpenId(FromUserName)
  return {
    openId: event === 'user_authorization_revoke' ? (findRevoked(content) ?? openId) : openId,
    kind,
    event,
    createdAt: readTime(CreateTime),
    content,
  }
}

/** Pushed in the name of a service of WeChat's: the person who took something back stands in a field of its own. */
function findRevoked({ revokedOpenId }: Record<string, unknown>): string | null {
  return isOpenId(revokedOpenId) ? revokedOpenId : null
}

function findTable(kind: string, event: string | null): FieldTable {
  const tables: Record<string, FieldTable> = event === null ? kindFields : eventFields
  const name = event ?? kind
  return Object.hasOwn(tables, name) ? (tables[name] ?? {}) : {}
}

function readContent(table: FieldTable, fields: WireFields): Record<string, unknown> {
  const known: [string, unknown][] = []
  const unknown: [string, unknown][] = []
  for (const [wireName, value] of Object.entries(fields)) {
    const field = Object.hasOwn(table, wireName) ? table[wireName] : undefined
    if (field === undefined) unknown.push([wireName, value])
    else known.push([field[0], readValue(field[1], value, wireName)])
  }
  // A field with a name of ours does not take the place of the true one.
  return Object.fromEntries([...unknown, ...known].filter(([, value]) => value !== undefined))
}

function readValue(form: FieldForm, value: unknown, name: string): unknown {
  if (form === 'any') return value
  if (form === 'text') return readText(value, name)
  if (form === 'number') return readNumber(value, name)
  if (isList(form)) return readList(form[0], value, name)
  // An empty element of XML is an empty text.
  return readContent(form, value === '' ? {} : readObject(value, name))
}

function isList(form: FieldTable | readonly [FieldTable]): form is readonly [FieldTable] {
  return Array.isArray(form)
}

/** JSON shows a list of one as the object alone, and so does XML. */
function readList(table: FieldTable, value: unknown, name: string): Record<string, unknown>[] {
  const items: unknown[] = Array.isArray(value) ? value : value === '' ? [] : [value]
  return items.map((item) => readContent(table, readObject(item, name)))
}

function readObject(value: unknown, name: string): WireFields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as WireFields // looked at above
  throw malformed(`has another ${name} than WeChat's`)
}

function readText(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw malformed(`has another ${name} than WeChat's`)
}

function readNumber(value: unknown, name: string): number | undefined {
  if (value === '') return undefined
  const isNumber =
    typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,15}(\.\d+)?$/.test(value))
  if (!isNumber) throw malformed(`has another ${name} than WeChat's`)
  return Number(value)
}

function readName(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value)) return value
  throw malformed(`has no ${name}`)
}

function readOpenId(value: unknown): string {
  if (isOpenId(value)) return value
  throw malformed('has no FromUserName')
}

function isOpenId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
}

function readTime(value: unknown): number {
  const text = readText(value ?? '', 'CreateTime')
  if (!/^\d{1,11}$/.test(text)) throw malformed('has no CreateTime')
  return Number(text) * 1000
}

/** XML wraps the lists of subscribe messages once more than JSON does. */
function unwrapList(fields: WireFields): WireFields {
  for (const name of ['SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent', 'SubscribeMsgSentEvent']) {
    const { [name]: wrapped, ...others } = fields
    const isWrapped = typeof wrapped === 'object' && wrapped !== null && 'List' in wrapped
    if (isWrapped && others.List === undefined) return { ...others, List: wrapped.List }
  }
  return fields
}
