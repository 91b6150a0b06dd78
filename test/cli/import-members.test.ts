import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { runWehub, runWehubProcess } from './run-wehub.ts'

testOnBoth('imports members once, sealed, beside a hub that serves', async (t, engine) => {
  const { hub, importMembers } = await start(t, engine)
  const rows = Array.from(
    { length: 1100 },
    (_, at) => `N-${at},planted 会员,${phoneOf(at)},1,1990-01-31,planted 地址`,
  )
  const csv = ['number,name,phone,sex,birthday,address', ...rows].join('\n')
  const first = await importMembers('members.csv', csv, runWehubProcess)
  deepEqual(first.data, { rows: 1100, added: 1100, present: 0, refused: 0, report: null })
  const second = await importMembers('members.csv', csv)
  deepEqual(second.data, { rows: 1100, added: 0, present: 1100, refused: 0, report: null })

  const { id: tenantId } = await hub.hub.tenants.ensure()
  const found = await hub.hub.members.search(tenantId, { phone: phoneOf(1099) })
  equal(found?.number, 'N-1099')
  const dump = await hub.database.dump()
  ok(dump.includes('N-1099'), 'the search sees what is there')
  for (const planted of ['planted', phoneOf(1099)]) equal(dump.includes(planted), false, planted)
})

testOnBoth('refuses what no member can be, and who would share a phone', async (t, engine) => {
  const { importMembers } = await start(t, engine)
  const lines = [
    'number,name,phone,idCard,birthday,cardState',
    `A1,good,${phoneOf(1)},,,active`,
    `A1,another,${phoneOf(2)},,,`,
    `A3,same phone,${phoneOf(1)},,,`,
    'A4,neither,,,,',
    `A5,,${phoneOf(5)},,,`,
    `A6,check digit,,110101199003070001,,`,
    `A7,future,${phoneOf(7)},,2999-01-01,`,
    `A8,state,${phoneOf(8)},,,gone`,
    `A9,phone,12345,,,`,
    `A1,good,${phoneOf(1)},,,active`,
  ]
  const { data, refusals, code } = await importMembers('members.csv', lines.join('\n'))
  deepEqual([code, data.added, data.present, data.refused], [1, 1, 1, 8])
  deepEqual(
    refusals.map(({ line }) => line),
    [3, 4, 5, 6, 7, 8, 9, 10],
  )
  equal(JSON.stringify(refusals).includes(phoneOf(1)), false)
})

function phoneOf(at: number): string {
  return `139${String(10_000_000 + at)}`
}

async function start(t: TestContext, engine: Engine) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, engine)
  const hub = await startHub(t, { sandbox, database })
  const env = { ...hubEnvironment(database, sandbox.url), LANG: 'C' }

  async function importMembers(name: string, content: string, run = runWehub) {
    const path = join(database.dir, name)
    writeFileSync(path, content)
    const result = await run(['import', 'members', path, '--json'], env)
    const report = `${path}.refused.jsonl`
    const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : []
    return {
      ...result,
      data: (result.stdout === '' ? { failed: result.stderr } : result.json()) as Record<string, unknown>,
      refusals: lines.map((line) => JSON.parse(line) as { line: number; reason: string }),
    }
  }
  return { hub, importMembers }
}
