import type { HubError } from '../../hub/errors.ts'
import { toPayError } from './pay-failure.ts'

export type Fields = Record<string, unknown>

/** What to throw where a field is missing or no such thing. */
export type ToError = (what: string) => HubError

/** An answer that lacks what WeChat promises is worth nothing: whatever was asked for may have been done. */
export function unreadable(path: string): ToError {
  return (what) =>
    toPayError(path, { outcome: 'unknown', cause: new Error(`an answer without a good ${what}`) })
}

export function createFieldReader(fields: Fields | null, toError: ToError) {
  const value = (name: string): unknown => fields?.[name]

  function optionalText(name: string): string | null {
    const text = value(name)
    return typeof text === 'string' && text !== '' ? text : null
  }

  return {
    value,
    optionalText,

    text(name: string): string {
      const text = optionalText(name)
      if (text === null) throw toError(name)
      return text
    },

    /** Throws unless it is exactly this: an answer to another question is signed as well. */
    same(name: string, wanted: string): string {
      if (value(name) !== wanted) throw toError(name)
      return wanted
    },

    oneOf<T extends string>(name: string, known: readonly T[]): T {
      const found = known.find((one) => one === value(name))
      if (found === undefined) throw toError(name)
      return found
    },

    /** RFC 3339 in, milliseconds out. */
    optionalTime(name: string): number | null {
      const time = Date.parse(optionalText(name) ?? '')
      return Number.isNaN(time) ? null : time
    },

    /** An amount in fen. */
    fen(name: string): number {
      const amount = value(name)
      if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 0) throw toError(name)
      return amount
    },

    has: (name: string): boolean => value(name) != null,

    /** Null where there is no such object. */
    inner(name: string): Fields | null {
      const object = value(name)
      return typeof object === 'object' ? (object as Fields | null) : null
    },
  }
}
