import { deepEqual, equal, match } from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { runWehub, runWehubProcess } from './run-wehub.ts'

testOnBoth('imports users once, however often it is run, beside a hub that serves', async (t, engine) => {
  const { hub, appId, importUsers } = await start(t, engine)
  const rows = Array.from(
    { length: 1200 },
    (_, at) => `o_imported_${at},u_imported_${at % 1100},用户${at},深圳`,
  )
  const csv = `\ufeffopenId,unionId,nickname,city\r\n${rows.join('\r\n')}\r\n`
  const first = await importUsers('users.csv', csv, runWehubProcess)
  deepEqual(first.data, { rows: 1200, added: 1200, present: 0, refused: 0, report: null })
  equal(first.code, 0)
  const second = await importUsers('users.csv', `${csv}o_imported_new,,"quoted, name",\r\n`)
  deepEqual(second.data, { rows: 1201, added: 1, present: 1200, refused: 0, report: null })

  const find = async (openId: string) => (await hub.hub.users.search({ openId, appId, limit: 2 }))[0]
  equal((await find('o_imported_7'))?.city, '深圳')
  equal((await find('o_imported_new'))?.nickname, 'quoted, name')
  equal((await find('o_imported_1'))?.id, (await find('o_imported_1101'))?.id, 'they share a unionId')
})

test('refuses rows one by one, and tells where and why without their values', async (t) => {
  const { importUsers } = await start(t, 'sqlite')
  const lines = [
    'openId,nickname,gender',
    'o_good,fine,1',
    'o_broken,"planted,1',
    'o_short',
    `o_long,${'x'.repeat(10 * 1024 * 1024)},1`,
    'o bad,planted,1',
    'o_gender,planted,7',
    `o_name,${'n'.repeat(10_000)},1`,
    'o_control,a\u0007b,1',
    'o_good,again,2',
  ]
  const { code, data, refusals } = await importUsers('users.csv', lines.join('\n'))
  equal(code, 1)
  deepEqual([data.added, data.present, data.refused], [1, 1, 7])
  deepEqual(
    refusals.map(({ line }) => line),
    [3, 4, 5, 6, 7, 8, 9],
  )
  for (const { reason } of refusals) equal(/planted|nnn/.test(reason), false, reason)
})

test('reads one JSON object a line', async (t) => {
  const { importUsers } = await start(t, 'sqlite')
  const lines = [
    { openId: 'o_1', nickname: '一', gender: 2 },
    { openId: 'o_2', unionId: null },
    { nickname: 'nobody' },
    { openId: 'o_3', phone: '1' },
    ['o_4'],
    { openId: { a: 1 } },
  ].map((value) => JSON.stringify(value))
  const { data, refusals } = await importUsers('users.jsonl', [...lines, '{', '', '[]'].join('\n'))
  deepEqual([data.added, data.refused], [2, 6])
  deepEqual(
    refusals.map(({ line }) => line),
    [3, 4, 5, 6, 7, 9],
  )
})

test('takes no file that it cannot read', async (t) => {
  const { importUsers } = await start(t, 'sqlite')
  const gbk = Buffer.concat([Buffer.from('openId,nickname\no_1,'), Buffer.from([0xd5, 0xc5, 0xc8, 0xfd])])
  match((await importUsers('gbk.csv', gbk)).stderr, /line 2 .* not UTF-8/)
  match((await importUsers('empty.csv', '')).stderr, /empty/)
  match((await importUsers('header.csv', 'openid,name\no_1,x')).stderr, /unknown field.*openId/)
  match((await importUsers('none.csv', 'nickname\nx')).stderr, /no openId/)
  match((await importUsers('twice.csv', 'openId,openId\na,b')).stderr, /a field twice/)
  match((await importUsers('users.xlsx', 'x')).stderr, /neither .csv nor .jsonl/)
})

async function start(t: TestContext, engine: Engine) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, engine)
  const hub = await startHub(t, { sandbox, database })
  const env = { ...hubEnvironment(database, sandbox.url), LANG: 'C' }
  const { appid: appId } = await sandbox.app('mini_program')

  async function importUsers(name: string, content: string | Buffer, run = runWehub) {
    const path = join(database.dir, name)
    writeFileSync(path, content)
    const result = await run(['import', 'users', path, '--app', appId, '--json'], env)
    const report = `${path}.refused.jsonl`
    const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : []
    return {
      ...result,
      data: (result.stdout === '' ? {} : result.json()) as Record<string, unknown>,
      refusals: lines.filter(Boolean).map((line) => JSON.parse(line) as { line: number; reason: string }),
    }
  }
  return { hub, appId, importUsers }
}
