import { type Static, type TSchema, Type } from 'typebox'

/** A body: nothing but these fields, so that a misspelt one is told and not ignored. */
export function body<T extends Record<string, TSchema>>(fields: T, example?: object) {
  return Type.Object(fields, { additionalProperties: false, ...(example && { examples: [example] }) })
}

export function query<T extends Record<string, TSchema>>(fields: T) {
  return Type.Object(fields, { additionalProperties: false })
}

/** What goes out: fields that are not named here stay inside. */
export function reply<T extends Record<string, TSchema>>(description: string, fields: T, example: object) {
  return Type.Object(fields, { description, examples: [example] })
}

export function pageOf<T extends TSchema>(description: string, item: T, example: object) {
  const fields = { items: Type.Array(item), next: nullableText('Bring it as `after` for the next page') }
  return Type.Object(fields, { description, examples: [{ items: [example], next: null }] })
}

export const nothing = Type.Null({ description: 'Done' })

export function nullableText(description?: string) {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...(description && { description }) })
}

export function nullableInteger(description?: string) {
  return Type.Unsafe<number | null>({ type: ['integer', 'null'], ...(description && { description }) })
}

/** For what goes in and may be none: absent or null, as replies show it. */
export function orNone<T extends TSchema & { type: string }>(schema: T) {
  return Type.Optional(Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] }))
}

export const seconds = (description: string) =>
  Type.Integer({ description: `${description}, in unix seconds` })

/** As text: a number in a path is a name, and `1.0` is not `1`. */
export const id = (description: string) => Type.String({ pattern: '^[1-9][0-9]{0,14}$', description })

/** WeChat's identifiers, as far as they can be in a database. */
export const wechatId = (description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description })

export const name = Type.String({ minLength: 1, maxLength: 64 })

export const tenantId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
