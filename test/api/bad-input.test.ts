import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { errorCodes } from '../../src/hub/errors.ts'
import { testOnBoth } from '../support/database.ts'
import { adminKey, startApiHub } from './api-hub.ts'

const app = { appId: 'wx_new_app', kind: 'mini_program', name: 'new', secret: 's'.repeat(32) }
const key = { name: 'k', scopes: ['apps'] }
const mount = { contract: 'commcn', path: '/new/api/v1' }
const names = ['', ' ', ' x', 'x ', 'x'.repeat(65), 'a\u0000b', '\ud800', 7, null]
const networks = ['nothing', '10.0.0.0/7', '0.0.0.0/0', '10.0.0.0/33', '::/0', '::ffff:0:0/96', '2000::/3', 7]
const times = ['tomorrow', 0, 1.5, -1, 1e15, 1e300]

/** Method, path and bodies of which none may pass. */
const wrong: [string, string, unknown[]][] = [
  ['POST', '/apps', [{}, [], null, 'x', 7, ...names.map((name) => ({ ...app, name }))]],
  [
    'POST',
    '/apps',
    [
      { ...app, kind: 'shop' },
      { ...app, secret: 'short' },
      { ...app, secret: '密'.repeat(32) },
    ],
  ],
  [
    'POST',
    '/apps',
    [
      { ...app, appId: 'wx/1' },
      { ...app, tenantId: 999 },
      { ...app, tenantId: '1' },
    ],
  ],
  [
    'POST',
    '/apps',
    [
      { ...app, misspelt: 1 },
      { ...app, gateway: {} },
      { ...app, tenantId: 1e300 },
    ],
  ],
  ['PATCH', '/apps/MINI', [{}, { name: '' }, { kind: 'open_app' }]],
  ['POST', '/apps/MINI/secrets', [{}, { secret: 'short' }, { secret: 7 }]],
  ['POST', '/apps/MINI/access-token/report', [{}, { token: '' }, { token: 7 }]],
  [
    'POST',
    '/mounts',
    networks.map((one) => ({ ...mount, appId: 'MINI', options: { trustedNetworks: [one] } })),
  ],
  ['POST', '/mounts', [{ ...mount, contract: 'none' }, { ...mount, appId: 'MINI', path: '/new' }, mount]],
  [
    'POST',
    '/mounts',
    [
      { ...mount, appId: 'MINI', path: '/api/api/v1' },
      { ...mount, appId: 'MINI', path: '/../v1' },
    ],
  ],
  [
    'POST',
    '/mounts',
    [
      { ...mount, appId: 'MINI', options: [] },
      { ...mount, appId: 'MINI', options: { none: 1 } },
    ],
  ],
  [
    'PATCH',
    '/mounts/1',
    [{}, { options: { corsOrigins: ['*'] } }, { options: { __proto__x: 1 } }, { path: '/x' }],
  ],
  ['POST', '/tenants', [{}, ...names.map((name) => ({ name }))]],
  ['POST', '/keys', [{}, ...names.map((name) => ({ ...key, name }))]],
  [
    'POST',
    '/keys',
    [
      { ...key, scopes: ['all'] },
      { ...key, scopes: [] },
      { ...key, scopes: 'apps' },
    ],
  ],
  [
    'POST',
    '/keys',
    [
      { ...key, apps: ['wx_unknown'] },
      { ...key, apps: [] },
      { ...key, tenantId: 999 },
    ],
  ],
  ['POST', '/keys', times.map((expiresAt) => ({ ...key, expiresAt }))],
  [
    'POST',
    '/logins',
    [{}, { appId: 'MINI' }, { appId: 'MINI', code: '' }, { appId: 'MINI', code: '\ud800' }],
  ],
  ['POST', '/sessions/verify', [{}, { token: 7 }, { token: 'x'.repeat(257) }, { token: 'x', appId: 'y' }]],
]

testOnBoth('tells what is wrong with a body, in the form of a problem', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  for (const [method, path, bodies] of wrong) {
    for (const body of bodies) {
      const sent = JSON.stringify(body).replaceAll('MINI', hub.miniAppId)
      const answer = await hub.call(method, path.replace('MINI', hub.miniAppId), sent)
      const what = `${method} ${path} ${sent}: ${answer.text}`
      equal(answer.status, 400, what)
      equal(answer.json.code, 'bad_request', what)
      ok(String(answer.json.detail).length > 5, what)
      equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    }
  }
})

test('refuses a body that is not UTF-8 on every surface, in its own form', async (t) => {
  const hub = await startApiHub(t)
  const { appid, secret } = await hub.sandbox.app('mini_program')
  const authorization = `Bearer ${adminKey}`
  const gbk = Buffer.from('7b226a73636f6465223a22d0a1c2fa227d', 'hex')
  const send = (path: string, type: string, body: Buffer | string) =>
    hub.send('POST', path, { headers: { authorization, 'content-type': type }, body })
  const refused: [string, object][] = [
    ['/commcn/api/v1/weixin.oauth', { status: 400, code: 1001 }],
    ['/shares/api/v1/weixin.oauth', { status: 400, code: 1001 }],
    [`/wx/mini/v1/${appid}/${secret}/qrcode/unlimited`, { status: 200, code: 40169 }],
    ['/boilerplate/api/v1/wechat-miniapp/user', { status: 400, error_code: 10003 }],
    ['/api/weixin/wxbuyinguser/saveuser', { status: 400, data: 0 }],
    ['/api/v1/logins', { status: 400, code: 'bad_request' }],
  ]
  for (const [path, { status, ...expected }] of refused as [string, { status: number }][]) {
    for (const [type, body] of [
      ['application/json', gbk],
      ['application/x-www-form-urlencoded', 'jscode=%D0%A1%C2%FA'],
    ] as const) {
      if (path.startsWith('/api/v1') && type !== 'application/json') continue
      const answer = await send(path, type, body)
      const known = Object.keys(expected).map((name) => [name, Reflect.get(answer.body ?? {}, name)])
      deepEqual([answer.status, Object.fromEntries(known)], [status, expected], path + answer.text)
    }
  }
  // U+FFFD itself is text like any other, and a lone % in a form stands for itself.
  const whole = await send('/api/v1/tenants', 'application/json', JSON.stringify({ name: 'a\ufffdb' }))
  equal(whole.status, 201)
  const form = 'application/x-www-form-urlencoded'
  const saved = await send('/api/weixin/wxbuyinguser/saveuser', form, 'openId=o_form_1&name=100%+%EF%BF%BD')
  equal(saved.status, 200, saved.text)
})

testOnBoth('tells what is wrong with a path or a query', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  for (const id of ['0', '-1', '1.5', '1e3', 'x', '%00', '9'.repeat(16), '1%20']) {
    for (const path of ['/mounts', '/tenants', '/keys', '/users']) {
      equal((await hub.call('GET', `${path}/${id}`)).status, 400, path + id)
    }
  }
  const queries = ['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'after=', 'before=1']
  for (const query of queries) equal((await hub.call('GET', `/apps?${query}`)).status, 400, query)
  const filters = ['openId=', 'openId=%00', 'unionId=a%20b', `openId=${'x'.repeat(65)}`, 'openId[]=1']
  for (const filter of filters) equal((await hub.call('GET', `/users?${filter}`)).status, 400, filter)
  equal((await hub.call('GET', '/apps/%00')).status, 400)
  equal((await hub.call('DELETE', `/apps/${hub.miniAppId}/secrets/zz`)).status, 400)
})

testOnBoth('tells what stands in the way, and what is not there', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { appid } = await hub.sandbox.app('open_app')
  const codeOf = async (method: string, path: string, body?: unknown) =>
    (await hub.call(method, path, body)).json.code
  equal(await codeOf('POST', '/apps', { ...app, appId: hub.miniAppId }), 'conflict')
  const clashing = ['/commcn/api/v1', undefined]
  for (const path of clashing) {
    equal(await codeOf('POST', '/mounts', { contract: 'commcn', path, appId: hub.miniAppId }), 'conflict')
  }
  equal(await codeOf('POST', '/mounts', { ...mount, appId: 'wx_unknown' }), 'app_unknown')
  equal(await codeOf('POST', '/mounts', { ...mount, appId: appid }), 'app_wrong_kind')
  equal(await codeOf('GET', `/apps/${appid}/access-token`), 'app_wrong_kind')
  equal(await codeOf('POST', '/logins', { appId: 'wx_unknown', code: 'x' }), 'app_unknown')
  for (const path of ['/apps/wx_unknown', '/mounts/999', '/tenants/999', '/keys/999', '/users/999']) {
    equal((await hub.call('GET', path)).status, 404, path)
  }
  for (const path of ['/mounts/999', '/tenants/999', '/keys/999']) {
    equal(await codeOf('DELETE', path), 'not_found', path)
  }
})

test('answers what reaches no call as problems too', async (t) => {
  const hub = await startApiHub(t)
  const authorization = `Bearer ${adminKey}`
  const send = async (method: string, path: string, init: RequestInit = {}) => {
    const answer = await hub.send(method, path, init)
    const { code, status } = answer.body as { code: string; status: number }
    equal(answer.status, status)
    match(String(answer.headers.get('content-type')), /^application\/problem\+json/)
    ok(errorCodes.some((known) => known === code))
    return code
  }
  equal(await send('GET', '/api/v1/nothing'), 'route_unknown')
  equal(await send('GET', '/api/nothing'), 'route_unknown')
  equal(await send('PUT', '/api/v1/apps'), 'method_not_allowed')
  equal(await send('GET', '/api/v1/apps/%zz'), 'bad_request')
  const body = (type: string, text: string) => ({
    headers: { authorization, 'content-type': type },
    body: text,
  })
  equal(await send('POST', '/api/v1/tenants', body('application/json', '{')), 'bad_request')
  equal(await send('POST', '/api/v1/tenants', body('application/json', '{"__proto__":1}')), 'bad_request')
  equal(await send('POST', '/api/v1/tenants', body('text/plain', 'x')), 'bad_request')
  equal(
    await send('POST', '/api/v1/tenants', body('application/x-www-form-urlencoded', 'name=x')),
    'bad_request',
  )
  const long = JSON.stringify({ name: 'x'.repeat(70_000) })
  equal(await send('POST', '/api/v1/tenants', body('application/json', long)), 'body_too_large')
  deepEqual((await hub.call('GET', '/tenants')).json.items, [{ id: 1, name: 'default' }])
})

test('tells a failure of WeChat as such, with its number and nothing of the secret', async (t) => {
  const hub = await startApiHub(t)
  await hub.sandbox.fault({ path: '/cgi-bin/stable_token', errcode: 40164, times: 1 })
  const refused = await hub.call('GET', `/apps/${hub.miniAppId}/access-token`)
  deepEqual([refused.status, refused.json.code, refused.json.errcode], [502, 'app_misconfigured', 40164])
  await hub.sandbox.fault({ path: '/sns/jscode2session', status: 500 })
  const code = await hub.loginCode()
  const down = await hub.call('POST', '/logins', { appId: hub.miniAppId, code }, null)
  deepEqual([down.status, down.json.code], [503, 'upstream_unavailable'])
})
