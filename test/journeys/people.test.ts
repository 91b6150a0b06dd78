import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from '../../src/database/database.ts'
import { beginErasure } from '../../src/hub/people/erase-person.ts'
import { testOnBoth } from '../support/database.ts'
import { executeSql } from '../support/execute-sql.ts'
import { planted } from '../support/personal-leak.ts'
import { readValues } from '../support/read-values.ts'
import { tester } from '../support/tester.ts'
import {
  countKeys,
  keyStoreOf,
  plantedMarks,
  plantRows,
  push,
  readMchid,
  startWithPerson,
  toLocation,
} from './open-person.ts'

const dayMs = 24 * 60 * 60 * 1000

testOnBoth('gives a person everything that is held about them, and no tokens', async (t, engine) => {
  const { hub, login, phone, unionId } = await startWithPerson(t, engine)
  const { status, headers, text, json } = await hub.call('GET', `/people/${login.user.id}/export`)
  equal(status, 200, text)
  match(String(headers.get('content-disposition')), /attachment; filename="person-\d+\.json"/)
  for (const held of [login.openId, unionId, phone, 'planted-nickname', 'planted-message', hub.miniAppId]) {
    ok(text.includes(held), held)
  }
  equal(text.includes(login.token), false)
  equal((json.sessions as object[]).length, 1)
  const audit = await hub.call('GET', '/audit?action=person.exported')
  match(audit.text, new RegExp(`"subject":"user:${login.user.id}"`))
})

testOnBoth('erases a person for good: who logs in again is a stranger', async (t, engine) => {
  const now = Date.now()
  const { hub, login, phone, unionId } = await startWithPerson(t, engine, () => now)
  const planted = [login.openId, unionId, 'planted-nickname', 'planted-message', 'planted-city']
  const before = await hub.database.dump()
  for (const mark of planted) ok(before.includes(mark), `the search sees ${mark}`)
  equal(before.includes(phone), false)

  const { json: receipt, status, text } = await hub.call('DELETE', `/people/${login.user.id}`)
  equal(status, 200, text)
  match(String(receipt.receiptId), /^[0-9a-f-]{36}$/)
  equal(receipt.erasedAt, Math.floor(now / 1000))
  equal(receipt.keysBackupLapsesAt, Math.floor((now + 30 * dayMs) / 1000))
  deepEqual((await hub.call('DELETE', `/people/${login.user.id}`)).json, receipt)

  equal((await hub.call('GET', '/me', undefined, login.token)).status, 401)
  equal((await hub.call('GET', `/users/${login.user.id}`)).status, 404)
  equal((await hub.call('GET', `/people/${login.user.id}/export`)).status, 404)
  const after = await hub.database.dump()
  for (const mark of planted) equal(after.includes(mark), false, `${mark} is still there`)

  const again = await hub.logIn()
  notEqual(again.user.id, login.user.id)
  const { json: me } = await hub.call('GET', '/me', undefined, again.token)
  notEqual(me.nickname, 'planted-nickname')
})

testOnBoth('leaves nothing of a person in any table or file, whatever comes late', async (t, engine) => {
  const { hub, login, phone, unionId, loginCode } = await startWithPerson(t, engine)
  const { hub: parts, miniAppId: appId } = hub
  const app = await parts.apps.get(appId)
  const official = await hub.makeApp(app.tenantId, 'official_account')
  const also = { app: await parts.apps.get(official), openId: 'o_planted-official', unionId }
  equal((await parts.users.record(also)).userId, login.user.id)
  const { typedPhone, ...personal } = planted
  const sealed = { ...personal, phone: '13912345678', sex: 1 }
  const buyer = await parts.buyers.findByOpenId(app, login.openId)
  const identityId = Number(buyer?.id)
  const memberId = await parts.buyers.register(app, identityId, sealed, tester)
  await parts.members.reveal(memberId, `call ${sealed.phone}, ${sealed.name}, ${sealed.birthday}`, tester)
  const pushed = { CreateTime: 1790000000, MsgType: 'event', ToUserName: 'gh_1' }
  const events = [
    { ...pushed, FromUserName: login.openId, Event: 'user_enter_tempsession', SessionFrom: 'planted-event' },
    { ...pushed, FromUserName: 'o_service', Event: 'user_authorization_revoke', OpenID: 'o_stranger' },
    { ...pushed, FromUserName: 'o_service', Event: 'user_authorization_revoke', OpenID: login.openId },
  ]
  equal(await countKeys(hub), 2)
  for (const event of events) await push(hub, event)
  equal(await countKeys(hub), 1, 'a revocation destroys the key of the phone number')
  await parts.users.change(identityId, { phone: typedPhone })
  await plantRows(hub, { identityId, openId: login.openId, userId: login.user.id })
  const plain = [login.openId, also.openId, unionId, ...plantedMarks, 'planted-message', 'planted-event']
  const before = await hub.database.dump()
  for (const mark of plain) ok(before.includes(mark), `the search sees ${mark}`)

  equal((await hub.call('DELETE', `/people/${login.user.id}`)).status, 200)
  const merchant = await parts.merchants.find((await readMchid(hub)) ?? '')
  ok(merchant !== null)
  const paid = { mchid: merchant.mchid, appId, payerOpenId: login.openId, totalFen: 100, attach: null }
  const order = { billId: 'bill-pending', transactionId: '4200', state: 'SUCCESS', paidAt: 1 } as const
  await parts.payments.record(merchant, { ...paid, ...order })
  const told = { refundId: '5030', refundNo: 'wr-open', billId: 'bill-paid', transactionId: '4201' }
  const amounts = { refundFen: 40, totalFen: 100, succeededAt: 1, receivedBy: null }
  await parts.refunds.record(merchant, { ...told, ...amounts, state: 'SUCCESS' }, 'notification')
  const again = await hub.call('POST', '/logins', { appId, code: loginCode }, null)
  equal((await hub.call('GET', '/me', undefined, String(again.json.token))).status, 401)
  // What a later change wrote beside the reason stands in SQLite's log until that is used anew.
  if (engine === 'sqlite') await executeSql(hub.database, 'pragma wal_checkpoint(truncate)')

  const after = await hub.database.dump()
  const gone = [
    ...plain,
    phone,
    typedPhone,
    ...Object.values(sealed).filter((value) => typeof value === 'string'),
  ]
  for (const mark of gone) equal(after.includes(mark), false, `${mark} is still there`)
  for (const kept of ['bill-pending', 'bill-paid', 'o_stranger']) ok(after.includes(kept), kept)
  deepEqual(await readValues(hub.database, 'select state as value from refunds order by id'), [
    'succeeded',
    'succeeded',
  ])
  equal(await countKeys(hub), 0)
})

testOnBoth(
  'opens nothing of a person in a backup from before, without the keys of that time',
  async (t, engine) => {
    const { hub, login, phone } = await startWithPerson(t, engine)
    const { id } = login.user
    const hexOf = (column: string) => (engine === 'postgres' ? `encode(${column}, 'hex')` : `hex(${column})`)
    const columns = ['person_key', 'verified_phone', 'verified_phone_hash']
    const backup = await Promise.all(
      columns.map((column) =>
        readValues(hub.database, `select ${hexOf(column)} as value from users where id = ${id}`),
      ),
    )
    const restore = () => {
      const set = columns.map((column, index) => {
        const hex = String(backup[index]?.[0])
        return `${column} = ${engine === 'postgres' ? `decode('${hex}', 'hex')` : `x'${hex}'`}`
      })
      return executeSql(hub.database, `update users set ${set.join(', ')}, erased_at = null where id = ${id}`)
    }
    await restore()
    equal((await hub.hub.users.getPerson(id)).phone, phone)
    await hub.call('DELETE', `/people/${id}`)
    await restore()
    equal((await hub.hub.users.getPerson(id)).phone, null)
  },
)

testOnBoth('goes on with an erasure that a killed process began', async (t, engine) => {
  const { hub, login, phone } = await startWithPerson(t, engine)
  const { id } = login.user
  await using database = await openDatabase(toLocation(engine, hub.database.url))
  const personKeys = { destroy: async () => true }
  const deps = { database, personKeys, keyBackupMs: 0, now: Date.now }
  await beginErasure(deps, { userId: id, tenantId: 1, actor: tester })
  equal((await hub.hub.users.getPerson(id)).phone, null)
  equal(await countKeys(hub), 1, 'the key is there: the process died before it was destroyed')

  equal(await hub.hub.people.resumeErasures(), 1)
  equal(await countKeys(hub), 0)
  equal(await hub.hub.people.resumeErasures(), 0)
  equal((await hub.database.dump()).includes(phone), false)
  equal((await hub.call('DELETE', `/people/${id}`)).status, 200)
})

test('ends no erasure while another process reads what is in a log of SQLite', async (t) => {
  const { hub, login } = await startWithPerson(t, 'sqlite')
  const places = [hub.database, keyStoreOf(hub)]
  const readers = places.map(({ url }) => new DatabaseSync(url.slice('sqlite:'.length), { readOnly: true }))
  for (const reader of readers) reader.exec('begin; select count(*) from sqlite_master')
  equal((await hub.call('DELETE', `/people/${login.user.id}`)).status, 200)
  for (const [at, reader] of readers.entries()) {
    equal(await hub.hub.people.resumeErasures(), 0, `reader ${at}`)
    reader.close()
  }
  equal(await hub.hub.people.resumeErasures(), 1)
  const dump = await hub.database.dump()
  for (const mark of ['planted-nickname', 'planted-message']) equal(dump.includes(mark), false, mark)
})

testOnBoth('takes the member along that a person is bound to', async (t, engine) => {
  const { hub, login } = await startWithPerson(t, engine)
  const { id: userId } = login.user
  const app = await hub.hub.apps.get(hub.miniAppId)
  const personal = { name: 'planted-member', phone: '13912345678', address: 'planted-address' }
  const buyer = await hub.hub.buyers.findByOpenId(app, login.openId)
  const memberId = await hub.hub.buyers.register(app, Number(buyer?.id), personal, tester)
  const { text } = await hub.call('GET', `/people/${userId}/export`)
  const number = `M${String(memberId).padStart(8, '0')}`
  for (const held of [number, ...Object.values(personal)]) ok(text.includes(held), held)

  equal(await countKeys(hub), 2)
  equal((await hub.call('DELETE', `/people/${userId}`)).status, 200)
  equal(await countKeys(hub), 0)
  equal(await hub.hub.members.search(app.tenantId, { phone: personal.phone }), null)
  const left = await hub.hub.members.find(memberId)
  deepEqual([left?.name, left?.phone, left?.cardState], [null, null, 'void'])
  equal(await hub.hub.buyers.find(app, Number(buyer?.id)), null)
  const again = await hub.hub.members.create({ tenantId: app.tenantId, personal }, tester)
  notEqual(again, memberId)
})

testOnBoth('keeps what a person paid and got back, without saying who', async (t, engine) => {
  const { hub, login } = await startWithPerson(t, engine)
  const merchant = await readValues(hub.database, 'select mchid as value from merchants')
  const values = `'${merchant[0]}', 'planted-bill', '${hub.miniAppId}', '${login.openId}', 100, 'planted-goods', 'created', 'paid', 0`
  await executeSql(
    hub.database,
    `insert into payments (mchid, bill_id, app_id, open_id, total, description, origin, state, created_at) values (${values})`,
  )
  const { text } = await hub.call('GET', `/people/${login.user.id}/export`)
  match(text, /"billId":"planted-bill".*"refunds":\[\]/)
  equal((await hub.call('DELETE', `/people/${login.user.id}`)).status, 200)
  const dump = await hub.database.dump()
  ok(dump.includes('planted-bill'))
  equal(dump.includes('planted-goods') || dump.includes(login.openId), false)
})

testOnBoth('erases those too that went into the user', async (t, engine) => {
  const { hub, login } = await startWithPerson(t, engine)
  const { id } = login.user
  await executeSql(
    hub.database,
    `insert into users (tenant_id, nickname, merged_into, created_at) values (1, 'planted-former', ${id}, 0)`,
  )
  ok((await hub.database.dump()).includes('planted-former'))
  equal((await hub.call('DELETE', `/people/${id}`)).status, 200)
  equal((await hub.database.dump()).includes('planted-former'), false)
})
