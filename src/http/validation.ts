import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { HubError } from '../hub/errors.ts'

/** Marks a body that came as a form: its values are texts and are converted, those of JSON are not. */
export class FormBody {
  [name: string]: unknown
}

/**
 * Checks against a TypeBox schema. JSON is strict about types; query strings, path parameters and forms are
 * converted. A parameter that is given twice is refused, not guessed at.
 */
export function compileValidator({ schema, httpPart }: { schema: TSchema; httpPart?: string | undefined }) {
  const check = Compile(schema)
  return (data: object | null): { value: unknown } | { error: Error } => {
    // Most input fits as it stands; what is given twice or needs converting does not.
    const fits: boolean = check.Check(data)
    if (fits) return { value: data }
    const isText = httpPart !== 'body' || data instanceof FormBody
    const repeated = isText ? findRepeated(data) : undefined
    if (repeated !== undefined) return { error: badRequest(`${repeated} was given more than once`) }
    const value = isText ? convert(schema, data) : data
    if (check.Check(value)) return { value }
    const [first] = check.Errors(value)
    return { error: badRequest(describe(first)) }
  }
}

/** An empty field of a form for a number or a flag is one that was left empty, and neither 0 nor false. */
function convert(schema: TSchema, data: object | null): unknown {
  const fields = Object.entries(data ?? {})
  const filled = fields.filter(([name, value]) => value !== '' || !numberOrFlag.has(typeOf(schema, name)))
  const converted = Value.Convert(schema, Object.fromEntries(data instanceof FormBody ? filled : fields))
  // `1.5`, `0x1` and `true` would be taken for 1.
  const odd = fields.filter(([name, value]) => typeOf(schema, name) === 'integer' && isOddInteger(value))
  return odd.length === 0 ? converted : Object.assign(Object(converted), Object.fromEntries(odd))
}

const numberOrFlag: ReadonlySet<unknown> = new Set(['integer', 'number', 'boolean'])

function typeOf(schema: TSchema, name: string): unknown {
  const properties: unknown = Reflect.get(schema, 'properties')
  return Reflect.get(Object(Reflect.get(Object(properties), name)), 'type')
}

function isOddInteger(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !/^-?\d+$/.test(value)
}

type Finding = { keyword: string; instancePath: string; message: string; params: object } | undefined

/** Names the place and the rule, never the value. */
function describe(finding: Finding): string {
  if (finding === undefined) return 'the parameters do not fit'
  const place = finding.instancePath.replace(/^\//, '').replaceAll('/', '.')
  const missing = 'requiredProperties' in finding.params ? finding.params.requiredProperties : null
  if (Array.isArray(missing)) return `${[place, missing.join(', ')].filter(Boolean).join('.')} is missing`
  const rule = finding.keyword === 'boolean' ? 'is not known here' : finding.message
  return `${place || 'the body'} ${rule}`
}

function findRepeated(data: unknown): string | undefined {
  return Object.entries(data ?? {}).find(([, value]) => Array.isArray(value))?.[0]
}

function badRequest(message: string): HubError {
  return new HubError('bad_request', message)
}
