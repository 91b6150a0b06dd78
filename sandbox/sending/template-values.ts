import { toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

const day = String.raw`\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?`
const hour = String.raw`\d{1,2}:\d{2}(:\d{2})?`
const spanOf = (moment: string) => new RegExp(`^${moment}( ?~ ?${moment})?$`)

/** By the letters of a field's name. WeChat counts characters; types that are not listed have no limit here. */
const forms: Record<string, RegExp> = {
  thing: /^.{1,20}$/su,
  number: /^(?=.{1,32}$)-?\d+(\.\d+)?$/,
  letter: /^[A-Za-z]{1,32}$/,
  symbol: /^[^\p{L}\p{N}]{1,5}$/u,
  character_string: /^[\x20-\x7e]{1,32}$/,
  time: spanOf(`(${day} ?)?${hour}`),
  date: spanOf(`${day}( ?${hour})?`),
  amount: /^[^\d\s.]?\d{1,10}(\.\d{1,10})?元?$/u,
  phone_number: /^[\d+() -]{1,17}$/,
  car_number: /^[\p{L}\p{N}]{1,8}$/u,
  name: /^([A-Za-z .'-]{1,20}|.{1,10})$/u,
  phrase: /^\p{Script=Han}{1,5}$/u,
}

/** The misspelling is WeChat's. */
export function checkTemplateValues(data: unknown): void {
  if (!isObject(data) || Object.keys(data).length === 0) throw refuse('data is emtpy')
  for (const [name, field] of Object.entries(data)) {
    const value = toText(isObject(field) ? field.value : undefined)
    if (value === '') throw refuse(`data.${name}.value is emtpy`)
    const type = name.replace(/\d+$/, '')
    const form = Object.hasOwn(forms, type) ? forms[type] : undefined
    if (form?.test(value) === false) throw refuse(`data.${name}.value invalid`)
  }
}

function refuse(what: string): UpstreamError {
  return new UpstreamError(47003, `argument invalid! ${what}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
