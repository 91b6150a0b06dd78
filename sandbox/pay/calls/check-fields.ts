import { paramError } from '../pay-error.ts'
import type { Field, Fields } from './fields.ts'

export type FieldSource = 'body' | 'query' | 'uri_template'

type Values = Record<string, unknown>
type Place = { source: FieldSource; pointer: string }

/** The posted object, checked against its definition; throws PARAM_ERROR as recorded. */
export function parsePayBody(text: string, fields: Fields): Values {
  const values = parseJson(text)
  if (!isObject(values)) throw paramError('请求体不是合法的JSON对象', { location: 'body', value: '' })
  const unknown = listUnknown(values, fields, '/body')
  if (unknown.length > 0)
    throw paramError('请求中含有未在API文档中定义的参数', { location: null, value: unknown }, 270_924_358)
  checkFields(values, fields, { source: 'body', pointer: '/body' })
  return values
}

export function checkFields(values: Values, fields: Fields, { source, pointer }: Place): void {
  for (const [key, field] of Object.entries(fields))
    checkField(values[key] ?? undefined, field, { source, pointer: `${pointer}/${key}` })
}

function checkField(value: unknown, field: Field, place: Place): void {
  const { source, pointer } = place
  if (value === undefined) {
    if (!field.required) return
    const message = `输入源“${pointer}”映射到字段“${field.name}”必填性规则校验失败，此字段为必填项`
    throw paramError(message, { location: source, value: '' })
  }
  switch (field.kind) {
    case 'text':
      checkText(expectType(value, isText, '字符串', field, place), field, place)
      break
    case 'integer':
      checkInteger(expectType(value, isInteger, ' 64 位有符号整数', field, place), field, place)
      break
    case 'boolean':
      expectType(value, isBoolean, '布尔值', field, place)
      break
    case 'object':
      checkFields(expectType(value, isObject, '对象', field, place), field.fields, place)
      break
    case 'array':
      checkArray(expectType(value, Array.isArray, '数组', field, place), field, place)
      break
    default:
      field satisfies never
  }
}

function expectType<T>(
  value: unknown,
  fits: (value: unknown) => value is T,
  type: string,
  { name }: Field,
  { source, pointer }: Place,
): T {
  if (fits(value)) return value
  const message = `无法将输入源“${pointer}”映射到目标字段“${name}”中，此字段需要一个合法的${type}`
  // Nothing nested: it may be too deep to be written out.
  throw paramError(message, { location: source, value: typeof value === 'object' ? '' : value })
}

type Of<K extends Field['kind']> = Extract<Field, { kind: K }>

function checkText(text: string, field: Of<'text'>, place: Place): void {
  const { min = 1, max, maxBytes, pattern, values } = field
  const fail = (rule: string, value: unknown) => failRule('值字段', '字符串规则', rule, field, place, value)
  const length = [...text].length
  if (length < min) fail(`字符数 ${length}，小于最小值 ${min}`, length)
  if (max !== undefined && length > max) fail(`字符数 ${length}，大于最大值 ${max}`, length)
  const bytes = Buffer.byteLength(text)
  if (maxBytes !== undefined && bytes > maxBytes) fail(`字节数 ${bytes}，大于最大值 ${maxBytes}`, bytes)
  if (pattern !== undefined && !pattern.test(text))
    fail(`字符串必须匹配正则表达式“${pattern.source.replaceAll('\\/', '/')}”`, text)
  if (values !== undefined && !values.includes(text)) fail(`值必须是 ${values.join('、')} 之一`, text)
}

function checkInteger(number: number, field: Of<'integer'>, place: Place): void {
  const { min, max } = field
  const fail = (rule: string) => failRule('数值字段', '规则', rule, field, place, number)
  if (min !== undefined && number < min) fail(`值低于最小值 ${min}`)
  if (max !== undefined && number > max) fail(`值高于最大值 ${max}`)
}

function checkArray(list: unknown[], field: Of<'array'>, place: Place): void {
  const { max } = field
  if (max !== undefined && list.length > max)
    failRule('值字段', '数组规则', `元素个数 ${list.length}，大于最大值 ${max}`, field, place, list.length)
  for (const [index, each] of list.entries()) {
    const item = { source: place.source, pointer: `${place.pointer}/${index}` }
    checkFields(expectType(each, isObject, '对象', field, item), field.fields, item)
  }
}

function failRule(
  target: string,
  rules: string,
  rule: string,
  { name }: Field,
  { source, pointer }: Place,
  value: unknown,
): never {
  const message = `输入源“${pointer}”映射到${target}“${name}”${rules}校验失败，${rule}`
  throw paramError(message, { location: source, value }, 268_435_464)
}

function listUnknown(values: Values, fields: Fields, pointer: string): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    const here = `${pointer}/${key}`
    if (field === undefined) return [here]
    if (field.kind === 'object' && isObject(value)) return listUnknown(value, field.fields, here)
    if (field.kind !== 'array' || !Array.isArray(value)) return []
    return value.flatMap((each, index) =>
      isObject(each) ? listUnknown(each, field.fields, `${here}/${index}`) : [],
    )
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value)
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
