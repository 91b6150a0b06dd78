import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { tester } from '../support/tester.ts'
import { runWehub, runWehubProcess } from './run-wehub.ts'

const secret = '0123456789abcdef0123456789abcdef'

testOnBoth('sets up an app, its mount and a key, which a running hub takes at once', async (t, engine) => {
  const { hub, wehub, wehubProcess } = await start(t, engine)
  equal(
    (
      await wehubProcess(
        ['apps', 'add', 'wxnewapp000000001', '--kind', 'mini_program', '--name', '店'],
        secret,
      )
    ).code,
    0,
  )
  equal(
    (await wehub(['mounts', 'add', 'commcn', '--app', 'wxnewapp000000001', '--path', '/fruit/api/v1'])).code,
    0,
  )
  const made = await wehubProcess(['keys', 'create', 'shop', '--scopes', 'tokens:read', '--json'])
  const { id, key } = made.json() as { id: number; key: string }
  match(key, /^whk_[\w-]{43}$/)

  await new Promise((resolve) => setTimeout(resolve, 1000))
  equal((await hub.post('/fruit/api/v1/weixin.oauth', { jscode: 'x' })).status, 502)
  equal((await hub.hub.apiKeys.verify(key, null)).id, String(id))
  const listed = await wehub(['keys', 'list'])
  equal(listed.stdout.includes(key), false)
  equal((await wehub(['keys', 'revoke', String(id)])).code, 0)
})

test('limits what a key refunds, and takes the limits away', async (t) => {
  const { hub, wehub } = await start(t, 'sqlite')
  const made = await wehub(['keys', 'create', 'shop', '--scopes', 'refunds:write', '--json'])
  const { id, key } = made.json() as { id: number; key: string }
  const limit = async (...limits: string[]) => (await wehub(['keys', 'set-refund-limits', ...limits])).code
  const limitsOf = async () => {
    await hub.hub.setup.refresh()
    const { refundLimitFen, refundDailyLimitFen } = await hub.hub.apiKeys.verify(key, null)
    return [refundLimitFen, refundDailyLimitFen]
  }
  equal(await limit(`${id}`, '20000', '500000'), 0)
  deepEqual(await limitsOf(), [20_000, 500_000])
  equal(await limit(`${id}`, 'none', '500000'), 0)
  deepEqual(await limitsOf(), [null, 500_000])
  for (const wrong of ['-1', '1.5', 'all', '', '9007199254740992'])
    equal(await limit(`${id}`, wrong, 'none'), 2, wrong)
  equal(await limit('999', '1', '1'), 1)
  deepEqual(await limitsOf(), [null, 500_000])
})

test('exports and erases a member, once that is confirmed', async (t) => {
  const { hub, wehub } = await start(t, 'sqlite')
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const memberId = await hub.hub.members.create(
    { tenantId, personal: { name: '林小满', phone: '13800138000' } },
    tester,
  )
  const id = String(memberId)
  match((await wehub(['members', 'export', id])).stdout, /林小满/)
  equal((await wehub(['members', 'erase', id])).code, 2)
  const erased = await wehub(['members', 'erase', id, '--confirm', id, '--json'])
  equal((erased.json() as { memberId: number }).memberId, memberId)
  equal((await wehub(['members', 'export', id])).code, 1)
  equal((await hub.hub.members.find(memberId))?.name, null)
})

testOnBoth(
  'notes the tenant that an app brings along, once, and skips no id for those that are there',
  async (t, engine) => {
    const { hub, wehub } = await start(t, engine)
    const { id } = await hub.hub.tenants.ensure()
    for (const appId of ['wxorchard00000001', 'wxorchard00000002'])
      equal(
        (await wehub(['apps', 'add', appId, '--kind', 'mini_program', '--tenant', 'Orchard'], secret)).code,
        0,
      )
    equal((await hub.hub.tenants.ensure('Orchard')).id, id + 1)
    const noted = (await wehub(['audit', '--subject', `tenant:${id + 1}`, '--json'])).json()
    deepEqual(
      (noted as { action: string; actor: string }[]).map(({ action, actor }) => `${action} by ${actor}`),
      ['tenant.added by cli'],
    )
  },
)

test('tells the fields of an import in its help', async (t) => {
  const { wehub } = await start(t, 'sqlite')
  match((await wehub(['import', 'members', '--help'])).stdout, /number, name, phone, idCard/)
})

test('rotates a secret in two steps, and shows fingerprints only', async (t) => {
  const { hub, wehub } = await start(t, 'sqlite')
  const { appid } = await hub.sandbox.app('mini_program')
  const both = (await wehub(['apps', 'rotate-secret', appid, '--json'], `${secret}\n`)).json()
  const [newest, former] = (both as { secrets: string[] }).secrets
  match(`${newest} ${former}`, /^[0-9a-f]{12} [0-9a-f]{12}$/)
  const third = await wehub(['apps', 'rotate-secret', appid], 'fedcba9876543210fedcba9876543210')
  deepEqual([third.code, third.stdout], [1, ''])
  const one = (await wehub(['apps', 'rotate-secret', appid, '--remove', `${former}`, '--json'])).json()
  deepEqual((one as { secrets: string[] }).secrets, [newest])
})

test('limits what an app spends on phone numbers', async (t) => {
  const { hub, wehub } = await start(t, 'sqlite')
  const { appid } = await hub.sandbox.app('mini_program')
  const set = async (budget: string) => wehub(['apps', 'set-phone-budget', appid, budget, '--json'])
  deepEqual((await set('500')).json(), { appId: appid, phoneBudget: 500, phoneCallsToday: 0 })
  deepEqual((await set('none')).json(), { appId: appid, phoneBudget: null, phoneCallsToday: 0 })
  for (const wrong of ['-1', '1.5', 'all', '']) equal((await set(wrong)).code, 2)
  equal((await wehub(['apps', 'set-phone-budget', 'wx_unknown', '5'])).code, 1)
})

test('finds users, and shows why a token was replaced', async (t) => {
  const { hub, wehub } = await start(t, 'sqlite')
  const { appid } = await hub.sandbox.app('mini_program')
  const login = await hub.post('/commcn/api/v1/weixin.oauth', { jscode: await hub.loginCode() })
  const { open_id: openId } = login.body as { open_id: string }
  const [user] = (await wehub(['users', 'find', '--open-id', openId, '--json'])).json() as {
    unionId: string
  }[]
  match(String(user?.unionId), /^o/)
  const shown = await wehub(['token', 'show', '--app', appid, '--json'])
  deepEqual(
    (shown.json() as { rotations: { cause: string }[] }).rotations.map(({ cause }) => cause),
    ['first'],
  )
  const { appid: official } = await hub.sandbox.app('official_account')
  const ticket = await wehub(['ticket', 'show', '--app', official, '--json'])
  equal((ticket.json() as { version: number }).version, 1)
  equal((await wehub(['ticket', 'show', '--app', appid])).code, 1)
})

test('tells wrong calls apart from failures, in the language of the caller', async (t) => {
  const { env, wehub, wehubProcess } = await start(t, 'sqlite')
  equal((await wehubProcess(['apps', 'nope'])).code, 2)
  equal((await wehub(['apps', 'show'])).code, 2)
  equal((await wehub(['apps', 'list', '--nope'])).code, 2)
  equal((await wehub(['keys', 'create', 'x', '--scopes', 'everything'])).code, 1)
  equal((await wehub(['apps', 'show', 'wxunknown00000000'])).code, 1)
  equal((await runWehub(['apps', 'list'], { ...env, WEHUB_PORT: 'x' })).code, 1)
  match((await wehub(['--help'])).stdout, /Usage: wehub/)
  match((await runWehub(['--help'], { ...env, LANG: 'zh_CN.UTF-8' })).stdout, /用法：wehub/)
  const chinese = await runWehubProcess(['apps', 'show', 'wxunknown00000000'], {
    ...env,
    LANG: 'zh_CN.UTF-8',
  })
  match(chinese.stderr, /应用不存在/)
  match((await wehub(['doctor', '--help'])).stdout, /^wehub doctor/)
})

test('names cause and remedy of what is wrong, down to the address for the whitelist', async (t) => {
  const { hub, env, wehub, wehubProcess } = await start(t, 'sqlite')
  const good = await wehubProcess(['doctor'])
  equal(good.code, 0, good.stdout + good.stderr)
  const { appid } = await hub.sandbox.app('official_account')
  await hub.sandbox.control('POST', '/apps', { appid, ipWhitelist: ['203.0.113.1'] })
  const refused = await wehub(['doctor'])
  equal(refused.code, 1)
  match(refused.stdout, /40164.*\n.*whitelist.*: 127\.0\.0\.1/)
  const chinese = await runWehub(['doctor'], { ...env, LANG: 'zh_CN.UTF-8' })
  match(chinese.stdout, /出口 IP 不在白名单/)
})

test('notes an official account whose messages reach nobody here', async (t) => {
  const { hub, env, wehub } = await start(t, 'sqlite')
  const { appid } = await hub.sandbox.app('official_account')
  ok(!(await wehub(['doctor'])).stdout.includes('set-gateway'))
  await hub.hub.apps.change(appid, { gateway: null })
  const { code, stdout } = await wehub(['doctor'])
  equal(code, 0)
  match(stdout, new RegExp(`! app ${appid}: no message gateway.*\n.*set-gateway ${appid} --mode safe`))
  match((await runWehub(['doctor'], { ...env, LANG: 'zh_CN.UTF-8' })).stdout, /未设置消息推送/)
})

test('tells of a program outside the hub that refreshes the token', async (t) => {
  const { hub, wehub } = await start(t, 'sqlite')
  const { appid, secret: own } = await hub.sandbox.app('mini_program')
  const app = await hub.hub.apps.get(appid)
  const { value } = await hub.hub.accessTokens.current(app)
  await hub.sandbox.stableToken({ appid, secret: own, kind: 'mini_program' }, true)
  ok(await hub.hub.accessTokens.report(app, value.reveal()))
  match((await wehub(['doctor'])).stdout, /1 tokens failed before their time/)
})

async function start(t: TestContext, engine: Engine) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, engine)
  const hub = await startHub(t, { sandbox, database })
  const env = { ...hubEnvironment(database, sandbox.url), LANG: 'C' }
  return {
    hub,
    env,
    wehub: (args: string[], input?: string) => runWehub(args, env, input),
    wehubProcess: (args: string[], input?: string) => runWehubProcess(args, env, input),
  }
}
