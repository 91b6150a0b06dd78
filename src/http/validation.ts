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
  const filled = fields.filter(([name, value]) => value !== '' || !isNumberOrFlag(schema, name))
  return Value.Convert(schema, Object.fromEntries(data instanceof FormBody ? filled : fields))
}

function isNumberOrFlag(schema: TSchema, name: string): boolean {
  const properties: unknown = Reflect.get(schema, 'properties')
  const type: unknown = Reflect.get(Object(Reflect.get(Object(properties), name)), 'type')
  return type === 'integer' || type === 'number' || type === 'boolean'
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
