import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { startApiHub } from '../api/api-hub.ts'
import { runWehubProcess } from '../cli/run-wehub.ts'
import { testOnBoth } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { runs } from '../support/runs.ts'
import { tester } from '../support/tester.ts'

const atOnce = 500

testOnBoth('rotates the master key while requests run, and none fails', async (t, engine) => {
  const former = `old:${randomBytes(32).toString('base64')}`
  const next = `new:${randomBytes(32).toString('base64')}`
  const env = { WEHUB_MASTER_KEYS: `${former},${next}` }
  const hub = await startApiHub(t, engine, { env })
  const count = runs(1) === 1 ? 2000 : 100_000
  const { id: tenantId } = await hub.hub.tenants.ensure()
  for (let at = 0; at < count; at += atOnce) {
    const rows = Array.from({ length: atOnce }, (_, one) => ({
      personal: { name: '会员', phone: `139${String(10_000_000 + at + one)}` },
    }))
    await hub.hub.members.import(tenantId, rows, tester)
  }

  let isDone = false
  const statuses = new Map<string, number>()
  const ask = async (start: number): Promise<void> => {
    for (let after = start; !isDone; after = (after + 100) % count) {
      // Far more members than the hub remembers keys of in the long run: keys are read while they change.
      const members = await hub.hub.members.list(tenantId, after, 20)
      const { status } = await hub.call('GET', `/members/${after + 1}`)
      const isOpen = members.every(({ name }) => name !== null)
      const outcome = `${status} ${isOpen}`
      statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1)
    }
  }
  const asking = [0, count / 2].map(ask)
  const cliEnv = { ...hubEnvironment(hub.database, hub.sandbox.url), WEHUB_MASTER_KEYS: `${next},${former}` }
  const rotated = await runWehubProcess(['keys', 'rotate-master', '--json'], cliEnv)
  isDone = true
  await Promise.all(asking)
  equal(rotated.code, 0, rotated.stderr)
  ok((rotated.json() as { resealedPersonKeys: number }).resealedPersonKeys >= count)
  deepEqual([...statuses.keys()], ['200 true'])
  ok((statuses.get('200 true') ?? 0) > 5)

  await hub.close()
  const { sandbox, database } = hub
  const after = await startHub(t, { sandbox, database, env: { WEHUB_MASTER_KEYS: next } })
  const members = await after.hub.members.list(tenantId, 0, 100)
  ok(members.length === 100 && members.every(({ name }) => name !== null))
})
