import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { startHub } from '../support/hub.ts'
import { readValues } from '../support/read-values.ts'
import { runs } from '../support/runs.ts'
import { tester } from '../support/tester.ts'
import { arbitraryHistory, day, hour, live, renewDoubled, second, startWatcher } from './relogin-watcher.ts'

const revocations = "select detail as value from audit_log where action = 'session.chain_revoked'"

testOnBoth('never takes a client for a thief that asks twice', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  let renewals = 0
  const honest = fc.asyncProperty(arbitraryHistory, async (history) => {
    const { exchanged } = await live(watcher, history)
    renewals += exchanged.length
  })
  await fc.assert(honest, { numRuns: runs(25) })
  ok(renewals >= 25)
  deepEqual(await readValues(watcher.database, revocations), [])
})

testOnBoth('revokes the chain of a token that comes back later than 10 s', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  let thefts = 0
  const theft = fc.asyncProperty(
    arbitraryHistory,
    fc.nat(),
    fc.integer({ min: 1, max: day }),
    fc.constantFrom('thief first', 'client first', 'at once'),
    async (history, which, waitMs, order) => {
      const { exchanged, token } = await live(watcher, history)
      const stolen = exchanged[which % exchanged.length] ?? ''
      watcher.later(10 * second + waitMs)
      const byThief = () => watcher.renew(stolen)
      const byClient = () => watcher.renew(token)
      const [thief, client] =
        order === 'at once'
          ? await Promise.all([byThief(), byClient()])
          : order === 'thief first'
            ? [await byThief(), await byClient()]
            : await byClientFirst(byThief, byClient)
      equal(thief, null)
      for (const one of [...exchanged, token, client ?? token]) {
        equal(await watcher.isLive(one), false)
        equal(await watcher.renew(one), null)
      }
      thefts += 1
    },
  )
  await fc.assert(theft, { numRuns: runs(25) })
  equal((await readValues(watcher.database, revocations)).length, thefts)
})

async function byClientFirst<T>(byThief: () => Promise<T>, byClient: () => Promise<T>): Promise<[T, T]> {
  const client = await byClient()
  return [await byThief(), client]
}

testOnBoth('gives one token at most four sessions, also at once', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  const token = await watcher.logIn()
  const answers = await renewDoubled(watcher, token, Array(11).fill(0))
  const given = answers.filter((answer) => answer !== null)
  equal(given.length, 4)
  equal(new Set(given).size, 4)
  for (const one of given) ok(await watcher.isLive(one))
  deepEqual(await readValues(watcher.database, revocations), [])
})

testOnBoth('takes 10 s for asking twice, and a millisecond more for theft', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  const token = await watcher.logIn()
  const next = (await watcher.renew(token)) ?? ''
  watcher.later(10 * second)
  notEqual(await watcher.renew(token), null)
  ok(await watcher.isLive(next))
  watcher.later(1)
  equal(await watcher.renew(token), null)
  equal(await watcher.isLive(next), false)
})

testOnBoth('ends a chain 180 days after its login', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  let token = await watcher.logIn()
  for (let days = 20; days < 180; days += 20) {
    watcher.later(20 * day)
    token = (await watcher.renew(token)) ?? ''
  }
  watcher.later(20 * day - hour)
  const last = (await watcher.renew(token)) ?? ''
  ok(await watcher.isLive(last))
  watcher.later(hour - 1)
  ok(await watcher.isLive(last))
  watcher.later(1)
  equal(await watcher.isLive(last), false)
  equal(await watcher.renew(last), null)
  deepEqual(await readValues(watcher.database, revocations), [])
})

testOnBoth('keeps what can still be renewed from the purge, and not longer', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  const kept = await watcher.logIn()
  watcher.later(hour)
  const younger = await watcher.logIn()
  watcher.later(30 * day + hour - 1)
  equal(await watcher.hub.sessions.purge(100), 0)
  notEqual(await watcher.renew(kept), null)
  watcher.later(hour + 2)
  equal(await watcher.hub.sessions.purge(100), 2)
  equal(await watcher.renew(younger), null)
})

testOnBoth('ends the whole login at a logout, and at a logout everywhere', async (t, engine) => {
  const watcher = await startWatcher(t, engine)
  const { sessions } = watcher.hub
  for (const logOut of [
    (token: string) => sessions.revoke(token),
    () => sessions.revokeAllOfUser({ id: watcher.identity.userId, tenantId: 1 }, tester),
  ]) {
    const first = await watcher.logIn()
    const [second = '', further = ''] = (await renewDoubled(watcher, first, [0])).map(String)
    ok(await watcher.isLive(further))
    await logOut(second)
    for (const token of [first, second, further]) {
      equal(await watcher.isLive(token), false)
      equal(await watcher.renew(token), null)
    }
  }
  deepEqual(await readValues(watcher.database, revocations), [])
})

test('leaves other logins of a user alone when it revokes a chain', async (t) => {
  const watcher = await startWatcher(t, 'sqlite')
  const other = await watcher.logIn()
  const token = await watcher.logIn()
  const next = (await watcher.renew(token)) ?? ''
  watcher.later(11 * second)
  equal(await watcher.renew(token), null)
  equal(await watcher.isLive(next), false)
  ok(await watcher.isLive(other))
  const [detail = ''] = await readValues(watcher.database, revocations)
  const { sessions, contract } = JSON.parse(detail)
  deepEqual([sessions, contract], [2, 'shares'])
})

test('renews no session of another contract, another app, or none', async (t) => {
  const watcher = await startWatcher(t, 'sqlite')
  equal(await watcher.renew(await watcher.logIn('commcn')), null)
  const token = await watcher.logIn()
  const { appid } = await watcher.sandbox.app('official_account')
  equal(await watcher.renew(token, { appId: appid }), null)
  for (const none of ['', 'x', 'A'.repeat(43), `whk_${'a'.repeat(39)}`])
    equal(await watcher.renew(none), null)
  ok(await watcher.isLive(token))
})

test('refuses an exchanged token at once, and on other nodes within a second', async (t) => {
  const database = await createDatabase(t, 'postgres')
  const one = await startHub(t, { database })
  const two = await startHub(t, { database, sandbox: one.sandbox })
  const { appid: appId } = await one.sandbox.app('mini_program')
  const { body } = await one.post('/shares/api/v1/weixin.oauth', { jscode: await one.loginCode() })
  const { sessionId } = body as { sessionId: string }
  for (const hub of [one, two]) await hub.hub.sessions.verify(sessionId, appId)
  const renewal = await one.post(
    '/shares/api/v1/weixin.re_login',
    {},
    { authorization: `Bearer ${sessionId}` },
  )
  const { sessionId: next } = renewal.body as { sessionId: string }
  await rejects(one.hub.sessions.verify(sessionId, appId), { code: 'session_invalid' })
  await delay(1000)
  await rejects(two.hub.sessions.verify(sessionId, appId), { code: 'session_invalid' })
  equal((await two.hub.sessions.verify(next, appId)).appId, appId)
})
