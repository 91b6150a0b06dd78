import type { Credential, World } from './matrix-world.ts'

/** What a caller without the right gets: a status, and whether things of tenant A may be in it. */
export type Outcome = number | { status: number; maySee: true }

export type Row = {
  path: (world: World, credential: string) => string
  body?: (world: World) => unknown
  outcomes: Record<Credential, Outcome>
  /** The caller who gets through, and how; null where that takes more than one request. */
  good: { as: 'admin' | 'session' | 'none'; status: number } | null
  /** For contracts that say no with HTTP 200. */
  isRefusal?: (body: unknown) => boolean
}

export type Changes = Partial<Omit<Row, 'outcomes'>> & { outcomes?: Partial<Record<Credential, Outcome>> }
export type Path = Row['path']

export const forAll = (status: number): Record<Credential, number> => ({
  none: status,
  wrongKey: status,
  otherTenant: status,
  noScope: status,
  otherApp: status,
  deadSession: status,
  otherSession: status,
})

/** Needs an API key: what another tenant or another app has is not there. */
export function byKey(path: Path, status: number, { outcomes, ...changes }: Changes = {}): Row {
  const usual = { ...forAll(401), otherTenant: 404, noScope: 403, otherApp: 404 }
  return { path, good: { as: 'admin', status }, ...changes, outcomes: { ...usual, ...outcomes } }
}

/** Shows each caller only their own. */
export const ownOnly = { otherTenant: 200, otherApp: 200 }
export const neverWider = { otherTenant: 403, otherApp: 403 }

export function bySession(path: Path, status: number, { outcomes, ...changes }: Changes = {}): Row {
  return { path, good: { as: 'session', status }, ...changes, outcomes: { ...forAll(401), ...outcomes } }
}

/** Open to all: a credential changes nothing. */
export function open(path: Path, status: number, changes: Changes = {}): Row {
  return { path, good: { as: 'none', status }, ...changes, outcomes: forAll(status) }
}

/** Contract control: always 200, the credential stands in the path. */
export function control(path: Path): Row {
  return {
    path,
    good: null,
    outcomes: forAll(200),
    isRefusal: (body) => Reflect.get(Object(body), 'success') === false,
  }
}

/** Contract boilerplate answers each call under two prefixes. */
export function underBoth(call: string, toRow: (path: Path) => Row): Record<string, Row> {
  const [method, path] = call.split(' ')
  const rowsOf = (prefix: string) => [
    `${method} /@boilerplate${prefix}/${path}`,
    toRow(() => `/boilerplate-of-a${prefix}/${path}`),
  ]
  return Object.fromEntries(['/wechat/api/v1', '/api/v1'].map(rowsOf))
}
