import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { secretMark } from '../../sandbox/secret-mark.ts'
import { sendRaw } from '../faults/send-raw.ts'
import { testOnBoth } from '../support/database.ts'
import { runs } from '../support/runs.ts'
import { type ApiHub, adminKey, startApiHub } from './api-hub.ts'

type OpenApi = {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { example?: object }> } }>>
}

testOnBoth('makes no random request an error of its own', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const calls = await listCalls(hub)
  ok(calls.length >= 30)
  const seen = new Map<number, number>()
  const request = arbitraryCall(
    calls,
    [hub.miniAppId, '1', '2', 'wx_unknown', '0123456789ab'],
    [adminKey, token],
  )
  await fc.assert(
    fc.asyncProperty(request, async (one) => {
      const { status, type, text } = await sendRaw(hub.url, one)
      seen.set(status, (seen.get(status) ?? 0) + 1)
      const what = `${JSON.stringify(one)}: ${status} ${text}`
      ok(status < 500 || [502, 503].includes(status), what)
      ok(one.target.includes('/access-token') || !text.includes(secretMark), what)
      if (status < 400) return
      ok(type.startsWith('application/problem+json'), what)
      equal(JSON.parse(text).status, status, what)
    }),
    { numRuns: runs(400) },
  )
  ok(
    [200, 400, 401, 404].every((status) => seen.has(status)),
    JSON.stringify([...seen]),
  )
})

type Call = { method: string; path: string; example: object }

async function listCalls(hub: ApiHub): Promise<Call[]> {
  const { paths } = (await hub.get('/api/openapi.json')).body as OpenApi
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      example: requestBody?.content['application/json']?.example ?? {},
    })),
  )
}

/** Mostly what fits, with something in it that does not. */
function arbitraryCall(calls: Call[], names: string[], credentials: string[]) {
  const rubbish = fc
    .string({ unit: 'binary', maxLength: 12 })
    .map((text) => encodeURIComponent(text.toWellFormed()))
  const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, rubbish)
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.maxSafeInteger(),
    fc.constantFrom(...names, -1, 1e300, null),
  )
  return fc
    .record({
      call: fc.constantFrom(...calls),
      names: fc.array(name, { minLength: 2, maxLength: 2 }),
      query: fc.option(fc.tuple(fc.constantFrom('limit', 'after', 'openId', 'unionId', 'appId'), name)),
      field: fc.nat(),
      value,
      breaksBody: fc.boolean(),
      credential: fc.constantFrom(...credentials, 'x'),
    })
    .map(({ call, names: given, query, field, value: odd, breaksBody, credential }) => {
      const [one = '', two = ''] = given
      const path = call.path.replace(/\{\w+\}/, one).replace(/\{\w+\}/, two)
      const fields = Object.keys(call.example)
      const broken = { ...call.example, [fields[field % fields.length] ?? 'x']: odd }
      const sendsBody = call.method !== 'GET'
      return {
        method: call.method,
        target: query === null ? path : `${path}?${query[0]}=${query[1]}`,
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        body: sendsBody ? JSON.stringify(breaksBody ? broken : call.example) : '',
      }
    })
}
