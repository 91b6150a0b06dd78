import { equal } from 'node:assert/strict'
import { Secret } from '../../src/secret.ts'
import { startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { executeSql } from '../support/execute-sql.ts'
import { makePush, textMessage, toXml } from '../support/push.ts'

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
  const unfollow = (days: number) =>
    executeSql(
      hub.database,
      `update identities set subscription_told_at = ${Date.now() - days * dayMs} where user_id = ${user.id}`,
    )
  const nickname = async () => (await hub.hub.users.find(user.id))?.nickname
  await unfollow(364)
  equal(await hub.hub.retention.forgetUnsubscribed(100), 0)
  await unfollow(366)
  equal(await hub.hub.retention.forgetUnsubscribed(100), 1)
  equal(await nickname(), 'was-here', 'there is a session')
  await executeSql(hub.database, 'delete from sessions')
  await unfollow(366)
  equal(await hub.hub.retention.forgetUnsubscribed(100), 1)
  equal(await nickname(), '')
  equal(await hub.hub.retention.forgetUnsubscribed(100), 0)
})
