import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { scopes } from '../../src/hub/api-keys/scopes.ts'
import { startApiHub } from './api-hub.ts'

type Operation = {
  summary: string
  operationId: string
  security?: Record<string, string[]>[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
}
type Media = { example?: unknown; examples?: unknown }
type OpenApi = { openapi: string; paths: Record<string, Record<string, Operation>> }

test('describes every route of the API and no other, with who may call it, errors and examples', async (t) => {
  const routes = new Set<string>()
  const hub = await startApiHub(t, 'sqlite', {
    onRoute: ({ method, url }) => {
      const isOwn = url.startsWith('/api/v1/') && !Array.isArray(method) && method !== 'HEAD'
      if (isOwn) routes.add(`${String(method).toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`)
    },
  })
  const answer = await hub.get('/api/openapi.json')
  match(String(answer.headers.get('content-type')), /^application\/json/)
  const { openapi, paths } = answer.body as OpenApi
  equal(openapi, '3.1.0')
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  )
  ok(described.length >= 30, `saw only ${described.length}`)
  deepEqual(described.map(({ name }) => name).sort(), [...routes].sort())
  equal(new Set(described.map(({ operation }) => operation.operationId)).size, described.length)
  for (const { name, operation } of described) checkOperation(name, operation)
})

test('serves a reference page that loads nothing from outside', async (t) => {
  const hub = await startApiHub(t)
  const page = await hub.get('/api/docs')
  equal(page.status, 200)
  const policy = String(page.headers.get('content-security-policy'))
  match(policy, /default-src 'none'/)
  equal(/https?:|\*|unsafe-eval/.test(policy), false, policy)
  const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at = '']) => at)
  ok(assets.length >= 5, page.text)
  for (const asset of assets) {
    const url = new URL(asset, `${hub.url}/api/docs`)
    equal(url.origin, hub.url)
    equal((await hub.get(url.pathname)).status, 200, asset)
  }
  const start = await hub.get('/api/docs/static/swagger-initializer.js')
  match(start.text, /"validatorUrl":null/)
  deepEqual((await hub.get('/api/docs/json')).body, (await hub.get('/api/openapi.json')).body)
  equal((await hub.get('/api/docs/static/nothing')).status, 404)
  equal((await hub.post('/api/docs', {})).status, 405)
})

function checkOperation(name: string, { summary, security, requestBody, responses }: Operation): void {
  ok(summary.length > 5, name)
  const [credential = ''] = Object.keys(security?.[0] ?? {})
  ok(['apiKey', 'session', ''].includes(credential), name)
  const scope = security?.[0]?.apiKey
  if (scope !== undefined)
    ok(
      scope.every((one) => scopes.some((known) => known === one)),
      name,
    )
  if (credential !== '') ok(responses['401'] !== undefined, name)
  ok(
    Object.keys(responses).some((status) => Number(status) >= 400),
    name,
  )
  for (const [status, { content = {} }] of Object.entries(responses)) {
    const [[type, body] = ['none', undefined]] = Object.entries(content)
    equal(
      type,
      status === '204' ? 'none' : Number(status) < 400 ? 'application/json' : 'application/problem+json',
    )
    if (Number(status) < 300 && status !== '204') ok(body?.example ?? body?.examples, `${name} ${status}`)
  }
  const sent = requestBody?.content['application/json']
  if (requestBody !== undefined) ok(sent?.example ?? sent?.examples, `${name} shows no example of a body`)
}
