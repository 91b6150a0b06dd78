import type { FieldValue } from './field-value.ts'

/** JSON whose 64-bit numbers keep all of their digits. */
export function writeJson(value: FieldValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join()}]`
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${writeJson(each)}`)
  return `{${members.join()}}`
}
