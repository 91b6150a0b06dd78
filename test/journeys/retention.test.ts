import { deepEqual, equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { openDatabase } from '../../src/database/database.ts'
import { parseMasterKeys } from '../../src/database/master-keys.ts'
import { openPersonKeyDatabase } from '../../src/database/person-keys/person-key-database.ts'
import { createPersonKeys } from '../../src/database/person-keys/person-keys.ts'
import { sealPersonal } from '../../src/database/person-keys/personal-columns.ts'
import { createRetention } from '../../src/hub/retention/retention.ts'
import { writePhones } from '../../src/hub/users/write-phones.ts'
import { Secret } from '../../src/secret.ts'
import { startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { executeSql } from '../support/execute-sql.ts'
import { testMasterKeys } from '../support/hub.ts'
import { makePush, textMessage, toXml } from '../support/push.ts'
import { readValues } from '../support/read-values.ts'
import { tester } from '../support/tester.ts'
import { countKeys, keyStoreOf, toLocation } from './open-person.ts'

const dayMs = 24 * 60 * 60 * 1000

testOnBoth('removes messages after their time, and no younger ones', async (t, engine) => {
  let now = Date.now()
  const env = { WEHUB_RETENTION_MESSAGES_DAYS: '10' }
  const hub = await startApiHub(t, engine, { now: () => now, env })
  const app = { appId: hub.miniAppId, mode: 'plain', token: 'tokenOfTest', aesKey: '' } as const
  await hub.hub.apps.change(app.appId, { gateway: { mode: 'plain', token: new Secret(app.token) } })
  const receive = async (number: number) => {
    const push = makePush(app, toXml(textMessage(number, 'o_sender', `message ${number}`)))
    equal((await hub.send('POST', push.path, { body: push.body })).status, 200)
  }
  await receive(1)
  await executeSql(hub.database, `update messages set received_at = received_at - ${11 * dayMs}`)
  await receive(2)
  equal(await hub.hub.retention.purgeMessages(1000), 1)
  equal(await hub.hub.retention.purgeMessages(1000), 0)
  const kept = await hub.hub.messages.list({ before: null, limit: 9 }, { tenantId: null, apps: null })
  equal(kept.length, 1)
  now += 11 * dayMs
  equal(await hub.hub.retention.purgeMessages(1000), 1)
})

testOnBoth('forgets who unfollowed long ago, unless they are known by something else', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token, user } = await hub.logIn()
  await hub.call('PATCH', '/me', { nickname: 'was-here' }, token)
  const identityId = await hub.identityId(token)
  await hub.hub.users.change(identityId, { phone: '13800138000' })
  await executeSql(
    hub.database,
    `insert into users (tenant_id, nickname, merged_into, created_at) values (1, 'was-another', ${user.id}, 0)`,
  )
  const unfollow = (days: number) =>
    executeSql(
      hub.database,
      `update identities set subscription_told_at = ${Date.now() - days * dayMs}
       where user_id = ${user.id} and app_id = '${hub.miniAppId}'`,
    )
  const nickname = async () => (await hub.hub.users.find(user.id))?.nickname
  await unfollow(364)
  equal(await hub.hub.retention.forgetUnsubscribed(100), 0)
  await unfollow(366)
  equal(await hub.hub.retention.forgetUnsubscribed(100), 1)
  equal(await nickname(), 'was-here', 'there is a session')
  equal(await countKeys(hub), 1)
  await executeSql(hub.database, 'delete from sessions')
  await unfollow(366)
  equal(await hub.hub.retention.forgetUnsubscribed(100), 1)
  equal(await nickname(), '')
  equal(await hub.hub.retention.forgetUnsubscribed(100), 0)
  const dump = await hub.database.dump()
  equal(dump.includes('was-here') || dump.includes('was-another'), false)
  equal(await countKeys(hub), 0, 'what backups hold cannot be opened')
  await hub.hub.users.change(identityId, { phone: '13800138001' })
  equal((await hub.hub.users.getPerson(user.id)).phone, '13800138001')
})

testOnBoth('seals a phone number under no key that is destroyed at that moment', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token, user } = await hub.logIn()
  const identityId = await hub.identityId(token)
  await hub.hub.users.change(identityId, { phone: '13800138000' })
  await executeSql(hub.database, 'delete from sessions')
  await executeSql(hub.database, `update identities set subscription_told_at = 1 where id = ${identityId}`)
  const location = toLocation(engine, hub.database.url)
  await using database = await openDatabase(location)
  await using store = await openPersonKeyDatabase(location)
  const masterKeys = () => parseMasterKeys(testMasterKeys)
  const personKeys = createPersonKeys({ database: store, masterKeys, now: Date.now })
  const find = async (id: Uint8Array) => {
    const found = await personKeys.find(id)
    equal(await hub.hub.retention.forgetUnsubscribed(10), found === null ? 0 : 1)
    return found
  }
  await writePhones(
    { database, personKeys: { ...personKeys, find } },
    {
      findUser: async () => user.id,
      toColumns: async (_sql, _id, person) => ({
        unverified_phone: sealPersonal(person, 'users.unverified_phone', '13800138002'),
      }),
    },
  )
  equal((await hub.hub.users.getPerson(user.id)).phone, '13800138002')
})

testOnBoth('destroys the keys that no row names, and no other', async (t, engine) => {
  let now = Date.now()
  const hub = await startApiHub(t, engine, { now: () => now })
  const { token, user } = await hub.logIn()
  await hub.hub.users.change(await hub.identityId(token), { phone: '13800138000' })
  const forgotten = await hub.logIn(hub.miniAppId, 'u2')
  await hub.hub.users.change(await hub.identityId(forgotten.token), { phone: '13800138001' })
  const memberIds: number[] = []
  for (let at = 0; at < 4; at += 1) {
    const personal = { name: `member ${at}`, phone: `1390000000${at}` }
    memberIds.push(await hub.hub.members.create({ tenantId: 1, personal }, tester))
  }
  const store = keyStoreOf(hub)
  const table = engine === 'postgres' ? 'wehub_keys.person_keys' : 'person_keys'
  const plant = (createdAt: number) => {
    const hex = randomBytes(16).toString('hex')
    const id = engine === 'postgres' ? `'\\x${hex}'` : `x'${hex}'`
    const columns = 'id, master_key_id, sealed, created_at'
    return executeSql(store, `insert into ${table} (${columns}) values (${id}, 'k', ${id}, ${createdAt})`)
  }
  for (let at = 0; at < 3; at += 1) await plant(now)
  equal(await countKeys(hub), 9)
  // Dies when it has blanked the rows.
  await executeSql(
    hub.database,
    `update identities set subscription_told_at = 1 where user_id = ${forgotten.user.id}`,
  )
  await executeSql(hub.database, 'delete from sessions')
  await using database = await openDatabase(toLocation(engine, hub.database.url))
  const times = { messagesMs: 0, unsubscribedMs: 1 }
  const personKeys = { destroy: async () => true }
  await createRetention({ database, personKeys, times, now: () => now }).forgetUnsubscribed(10)
  equal(await countKeys(hub), 9)

  const look = async () => {
    while ((await hub.hub.people.destroyOrphanKeys(2)) === 2);
  }
  await look()
  equal(await countKeys(hub), 9, 'a row may still be on its way')
  now += 2 * dayMs
  await plant(now)
  await look()
  await look()
  equal(await countKeys(hub), 6, 'five that rows name, and one that is young')
  equal((await hub.hub.users.getPerson(user.id)).phone, '13800138000')
  const names = (await hub.hub.members.list(null, 0, 9)).map(({ name }) => name)
  deepEqual(names, Array(4).fill('m***'))
})

testOnBoth('knows who follows an account when the message that told it is gone', async (t, engine) => {
  let now = Date.now()
  const hub = await startApiHub(t, engine, { now: () => now })
  const appId = await hub.makeApp(1, 'official_account')
  const official = await hub.hub.apps.get(appId)
  const app = { appId, mode: 'plain', token: 'tokenOfTest', aesKey: '' } as const
  await hub.hub.apps.change(appId, { gateway: { mode: 'plain', token: new Secret(app.token) } })
  const tell = async (FromUserName: string, Event: string, at: number) => {
    const CreateTime = 1790000000 + at
    const fields = { ToUserName: 'gh_1', FromUserName, CreateTime, MsgType: 'event', Event, EventKey: '' }
    const push = makePush(app, toXml(fields), { at: now })
    equal((await hub.send('POST', push.path, { body: push.body })).status, 200)
  }
  const purge = async () => {
    now += 181 * dayMs
    while ((await hub.hub.retention.purgeMessages(2)) === 2);
    equal((await readValues(hub.database, 'select count(*) as value from messages'))[0], '0')
  }
  const followers = () =>
    readValues(hub.database, 'select open_id as value from told_subscriptions order by 1')
  const known = await hub.hub.users.record({ app: official, openId: 'o_known', unionId: null })
  for (const name of ['fan', 'erased', 'gone', 'known', 'back']) await tell(`o_${name}`, 'subscribe', 1)
  await tell('o_gone', 'unsubscribe', 2)
  await tell('o_back', 'unsubscribe', 2)
  await tell('o_back', 'subscribe', 3)
  await purge()
  deepEqual(await followers(), ['o_back', 'o_erased', 'o_fan'])

  const subscribedAt = async (openId: string) => {
    const { id, userId } = await hub.hub.users.record({ app: official, openId, unionId: null })
    const identities = await hub.hub.users.listIdentities(userId)
    return { userId, at: identities.find((one) => one.id === id)?.subscribedAt }
  }
  equal((await subscribedAt('o_fan')).at, 1790000001000)
  const erased = await subscribedAt('o_erased')
  equal(erased.at, 1790000001000)
  equal((await subscribedAt('o_gone')).at, null)
  equal((await hub.hub.users.listIdentities(known.userId))[0]?.subscribedAt, 1790000001000)
  deepEqual(await followers(), ['o_back'], 'whoever logged in is an identity')
  await hub.call('DELETE', `/people/${erased.userId}`)
  equal((await subscribedAt('o_erased')).at, null, 'after an erasure nothing is known')

  await tell('o_back', 'unsubscribe', 4)
  await purge()
  deepEqual(await followers(), [])
  equal((await subscribedAt('o_back')).at, null)
})
