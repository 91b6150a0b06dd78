import fc from 'fast-check'
import type { RawRequest } from './send-raw.ts'

/** What a request may be made of: parts that lead deep into the contracts, among rubbish. */
export type KnownParts = { bases: string[]; appIds: string[]; credentials: string[] }

const calls = [
  'weixin.oauth',
  'weixin.update_user_info',
  'oauth2',
  'userInfo',
  'code2Session',
  'openId',
  'access_token',
]
const names = [
  'code',
  'token',
  'refresh',
  'jscode',
  'nickName',
  'gender',
  'avatarUrl',
  'city',
  '__proto__',
  'id',
]
const methods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']
const types = [
  'application/json',
  'application/json; charset=gbk',
  'application/x-www-form-urlencoded',
  'text/plain',
  'x',
]

const rubbish = fc.oneof(
  fc.constantFrom('%', '%zz', '%00', '%ff%fe', '..', '.', '', '%2f', '%2e%2e', '@commcn', ';', '*', ':appId'),
  fc.string({ unit: 'binary', maxLength: 12 }).map(encodeURIComponentSafely),
  fc.string({ unit: 'grapheme-ascii', maxLength: 600 }).map(encodeURIComponentSafely),
)

export function arbitraryRequest({ bases, appIds, credentials }: KnownParts): fc.Arbitrary<RawRequest> {
  const value = fc.oneof(fc.constantFrom(...appIds, ...credentials), rubbish)
  const path = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...bases), fc.constantFrom(...calls)) },
    {
      weight: 4,
      arbitrary: fc.tuple(
        fc.constantFrom('/wx/v1', '/wx/mini/v1'),
        fc.oneof(fc.constantFrom(...appIds), rubbish),
        value,
        fc.constantFrom(...calls),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.array(fc.oneof(fc.constantFrom(...calls, ...bases), rubbish), { maxLength: 6 }),
    },
  )
  const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 })
  return fc.record({
    method: fc.constantFrom(...methods, 'GET', 'POST', 'POST'),
    target: fc.tuple(path, query).map(([parts, pairs]) => toTarget(parts, pairs)),
    headers: arbitraryHeaders(credentials),
    body: fc.oneof(
      { weight: 3, arbitrary: jsonBody },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
  })
}

const field = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 80 }))
const jsonBody = fc
  .oneof(fc.dictionary(fc.constantFrom(...names), field), fc.jsonValue({ maxDepth: 2 }))
  .map((value) => JSON.stringify(value))

function arbitraryHeaders(credentials: string[]): fc.Arbitrary<Record<string, string>> {
  const token = fc.constantFrom(...credentials, 'x', '')
  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 40 })
  return fc
    .record({
      'content-type': fc.option(fc.constantFrom(...types)),
      authorization: fc.option(
        fc.oneof(
          token.map((one) => `Bearer ${one}`),
          printable,
        ),
      ),
      cookie: fc.option(
        fc.oneof(
          token.map((one) => `session_token=${one}`),
          printable,
        ),
      ),
      origin: fc.option(printable),
      'x-forwarded-for': fc.option(fc.oneof(fc.ipV4(), fc.ipV6(), printable)),
    })
    .map((headers) => Object.fromEntries(Object.entries(headers).filter(([, one]) => one !== null)))
    .map((headers) => headers as Record<string, string>)
}

function toTarget(parts: string[], pairs: [string, string][]): string {
  const path = parts.join('/')
  const query = pairs.map(([name, value]) => `${name}=${value}`).join('&')
  return `${path.startsWith('/') ? '' : '/'}${path}${query === '' ? '' : `?${query}`}`
}

/** Lone surrogates have no encoding. */
function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
