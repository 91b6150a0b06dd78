import type { Fields, FieldValue } from '../pushes/field-value.ts'
import { ControlError } from './control-error.ts'

const maxDepth = 8

/** Adds the fields of the call to a message, in place of those of the same name; null takes one away. */
export function readMessageFields({ fields = {} }: Record<string, unknown>, composed: Fields): Fields {
  if (!isObject(fields)) throw new ControlError('fields must be an object')
  const all = new Map(Object.entries(composed))
  for (const [name, value] of Object.entries(fields)) {
    checkName(name)
    if (value === null) all.delete(name)
    else all.set(name, readValue(value, name, 0))
  }
  return Object.fromEntries(all)
}

function readValue(value: unknown, name: string, depth: number): FieldValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (depth >= maxDepth) throw new ControlError(`fields.${name} is nested too deep`)
  if (Array.isArray(value)) return value.map((each) => readValue(each, name, depth + 1))
  if (!isObject(value)) throw new ControlError(`fields.${name} must not hold null`)
  return Object.fromEntries(
    Object.entries(value).map(([inner, each]) => {
      checkName(inner)
      return [inner, readValue(each, inner, depth + 1)]
    }),
  )
}

function checkName(name: string): void {
  if (!/^[A-Za-z_][\w.-]{0,63}$/.test(name)) {
    throw new ControlError(`fields: ${JSON.stringify(name)} cannot name an element`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
