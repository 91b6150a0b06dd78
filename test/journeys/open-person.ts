import { equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { Secret } from '../../src/secret.ts'
import { type ApiHub, startApiHub } from '../api/api-hub.ts'
import type { TestDatabase } from '../support/database.ts'
import { executeSql } from '../support/execute-sql.ts'
import { makePush, textMessage, toXml } from '../support/push.ts'
import { readValues } from '../support/read-values.ts'

export function toLocation(engine: Engine, url: string) {
  if (engine === 'postgres') return { engine, url: new Secret(url) } as const
  return { engine: 'sqlite', path: url.slice('sqlite:'.length) } as const
}

/** Where the keys of persons lie, as a database. */
export function keyStoreOf({ database }: ApiHub): TestDatabase {
  if (database.engine === 'postgres') return database
  return { ...database, url: database.url.replace('.db', '-person-keys.db') }
}

export async function countKeys(hub: ApiHub): Promise<number> {
  const table = hub.database.engine === 'postgres' ? 'wehub_keys.person_keys' : 'person_keys'
  return Number((await readValues(keyStoreOf(hub), `select count(*) as value from ${table}`))[0])
}

/** A person with a profile, a verified phone number, a unionId and a message. */
export async function startWithPerson(t: TestContext, engine: Engine, now: () => number = Date.now) {
  const hub = await startApiHub(t, engine, { now })
  const made = await hub.sandbox.control('POST', '/users/u1/login', { appid: hub.miniAppId })
  const loginCode = String(made.code)
  const answer = await hub.call('POST', '/logins', { appId: hub.miniAppId, code: loginCode }, null)
  const login = answer.json as { token: string; openId: string; user: { id: number } }
  const profile = { nickname: 'planted-nickname', city: 'planted-city' }
  equal((await hub.call('PATCH', '/me', profile, login.token)).status, 200)
  const { code } = await hub.sandbox.control('POST', '/users/u1/phone', { appid: hub.miniAppId })
  equal((await hub.call('POST', '/me/phone', { code }, login.token)).status, 200)
  const { phone } = await hub.hub.users.getPerson(login.user.id)
  const gateway = { mode: 'plain', token: new Secret('tokenOfTest') } as const
  await hub.hub.apps.change(hub.miniAppId, { gateway })
  await push(hub, textMessage(1, login.openId, 'planted-message'))
  const unionId = String((await hub.hub.users.find(login.user.id))?.unionId)
  return { hub, login, phone: String(phone), unionId, loginCode }
}

export async function push(hub: ApiHub, message: Record<string, string | number>): Promise<void> {
  const app = { appId: hub.miniAppId, mode: 'plain', token: 'tokenOfTest', aesKey: '' } as const
  const { path, body } = makePush(app, toXml(message))
  equal((await hub.send('POST', path, { body })).status, 200)
}

/** What stands in the rows of `plantRows`. */
export const plantedMarks = [
  'planted-former',
  'planted-goods',
  'planted-reason',
  'planted-open',
  'planted-number',
]

/** What takes long to come about by itself. */
export async function plantRows(
  hub: ApiHub,
  { identityId, openId, userId }: { identityId: number; openId: string; userId: number },
): Promise<void> {
  const { miniAppId } = hub
  const mchid = await readMchid(hub)
  const bytes = (hex: string) => (hub.database.engine === 'postgres' ? `'\\x${hex}'` : `x'${hex}'`)
  const payment = 'mchid, bill_id, app_id, open_id, total, description, origin, state, created_at'
  const refund = 'payment_id, out_refund_no, fee, wanted_fee, is_keyed, reason, state, actor, asked_at'
  const paidFor = "(select id from payments where bill_id = 'bill-paid')"
  for (const statement of [
    `insert into users (tenant_id, nickname, merged_into, created_at) values (1, 'planted-former', ${userId}, 0)`,
    `update members set number = 'planted-number'`,
    `insert into payments (${payment}) values ('${mchid}', 'bill-pending', '${miniAppId}', '${openId}', 100, 'planted-goods', 'created', 'pending', 0)`,
    `insert into payments (${payment}) values ('${mchid}', 'bill-paid', '${miniAppId}', '${openId}', 100, 'planted-goods', 'created', 'paid', 0)`,
    `insert into refunds (${refund}, lease_until, created_at, requested_at, settled_at) values (${paidFor}, 'wr-settled', 10, 10, 0, 'planted-reason', 'succeeded', 'key:1', 0, 0, 0, 0, 1)`,
    `insert into refunds (${refund}, lease_until, created_at, requested_at) values (${paidFor}, 'wr-open', 40, 40, 0, 'planted-open', 'processing', 'key:1', 0, 0, 0, 0)`,
    `insert into told_subscriptions (app_id, open_id, subscribed_at) values ('${miniAppId}', '${openId}', 0)`,
    `insert into oauth_states (state_hash, mount_id, browser_hash, return_url, expires_at, identity_id) select ${bytes('01')}, min(id), ${bytes('02')}, 'https://a.example/?openid=${openId}', 9999999999999, ${identityId} from mounts`,
  ])
    await executeSql(hub.database, statement)
}

export async function readMchid(hub: ApiHub): Promise<string | undefined> {
  return (await readValues(hub.database, 'select mchid as value from merchants'))[0]
}
