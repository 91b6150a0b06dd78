/** The definition of a call's parameters, from which WeChat Pay makes its PARAM_ERROR texts. */
type Common = { name: string; required?: boolean }

export type Field = Common &
  (
    | {
        kind: 'text'
        min?: number
        max?: number
        maxBytes?: number
        pattern?: RegExp
        values?: readonly string[]
      }
    | { kind: 'integer'; min?: number; max?: number }
    | { kind: 'boolean' }
    | { kind: 'object'; fields: Fields }
    | { kind: 'array'; fields: Fields; max?: number }
  )

export type Fields = Record<string, Field>

type TextRules = Omit<Extract<Field, { kind: 'text' }>, 'kind' | 'name' | 'max'>

export function textField(name: string, max: number, rules: TextRules = {}): Field {
  return { kind: 'text', name, max, ...rules }
}
