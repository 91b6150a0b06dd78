import { ControlError } from './control-error.ts'

type Body = Record<string, unknown>

/** Refuses misspelt names, which would otherwise be ignored without a word. */
export function checkFieldNames(body: Body, names: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new ControlError(`unknown field ${unknown}; known: ${names.join(', ')}`)
}

export function readText(body: Body, name: string, pattern = /^.*$/s): string | undefined {
  const value = body[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new ControlError(`${name} must be a text that matches ${pattern.source}`)
  }
  return value
}

export function readTextOrNull(body: Body, name: string, pattern?: RegExp): string | null | undefined {
  return body[name] === null ? null : readText(body, name, pattern)
}

export function readNumber(
  body: Body,
  name: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER, whole = true } = {},
): number | undefined {
  const value = body[name]
  if (value === undefined) return undefined
  const fits =
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
  if (!fits) throw new ControlError(`${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`)
  return value
}

export function readBoolean(body: Body, name: string): boolean | undefined {
  const value = body[name]
  if (value !== undefined && typeof value !== 'boolean')
    throw new ControlError(`${name} must be true or false`)
  return value
}

export function readOneOf<T extends string>(body: Body, name: string, values: readonly T[]): T | undefined {
  const value = body[name]
  if (value === undefined) return undefined
  const known = values.find((each) => each === value)
  if (known === undefined) throw new ControlError(`${name} must be one of ${values.join(', ')}`)
  return known
}

/** Leaves out the fields that were not given, so that a change touches only what it names. */
export function omitUndefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new ControlError(`${name} is missing`)
  return value
}
