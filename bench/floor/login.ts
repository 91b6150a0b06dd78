import { createHmac, randomBytes } from 'node:crypto'
import { appId, appSecret, callWeChat, database, hashKey, seal, sha256 } from './app.ts'

const findIdentity = database.prepare(`
  select i.id, i.session_keys, u.union_id from identities i join users u on u.id = i.user_id
  where i.app_id = ? and i.open_id = ?`)
const insertUser = database.prepare('insert into users (union_id, created_at) values (?, ?) returning id')
const insertIdentity = database.prepare(
  'insert into identities (app_id, open_id, user_id, created_at) values (?, ?, ?, ?) returning id',
)
const updateKeys = database.prepare('update identities set session_keys = ? where id = ?')
const insertExchange = database.prepare(`
  insert into code_exchanges (code_hash, identity_id, until) values (?, ?, ?)
  on conflict (code_hash) do update set identity_id = excluded.identity_id, until = excluded.until`)
const insertSession = database.prepare('insert into sessions values (?, ?, ?, ?, ?, ?, null)')
const purgeExchanges = database.prepare('delete from code_exchanges where until < ?')
const [begin, commit, rollback] = ['begin immediate', 'commit', 'rollback'].map((sql) =>
  database.prepare(sql),
)

const repeatMs = 10_000
const lifetimeMs = 2 * 60 * 60 * 1000
const maxLifeMs = 30 * 24 * 60 * 60 * 1000
const maxKeyAgeMs = 3 * 24 * 60 * 60 * 1000

type Sighting = { openId: string; unionId: string | null; sessionKey: string }
type Session = { token: string; openId: string; expiresAt: number }

const memo = new Map<string, { identity: Promise<{ id: number; openId: string }>; until: number }>()

/** Exchanges a code once, whoever repeats it within 10 s, and gives each caller a session. */
export async function logIn(code: string): Promise<Session> {
  const known = memo.get(code)
  if (known !== undefined && known.until > Date.now()) {
    const { id, openId } = await known.identity
    return issueSession(id, openId)
  }
  const exchanged = exchange(code)
  memo.set(code, { identity: exchanged.then(({ identity }) => identity), until: Date.now() + repeatMs })
  exchanged.catch(() => memo.delete(code))
  return (await exchanged).session
}

async function exchange(code: string) {
  const sighting = await askWeChat(code)
  begin?.run()
  try {
    const identity = { id: record(sighting), openId: sighting.openId }
    const codeHash = createHmac('sha256', hashKey).update(`${appId}:${code}`).digest()
    insertExchange.run(codeHash, identity.id, Date.now() + repeatMs)
    const session = issueSession(identity.id, identity.openId)
    commit?.run()
    return { identity, session }
  } catch (error) {
    rollback?.run()
    throw error
  }
}

async function askWeChat(code: string): Promise<Sighting> {
  const query = `appid=${appId}&secret=${appSecret}&js_code=${encodeURIComponent(code)}&grant_type=authorization_code`
  const { openid, unionid, session_key } = await callWeChat(`/sns/jscode2session?${query}`)
  if (typeof openid !== 'string' || typeof session_key !== 'string') throw new Error('no openid')
  return { openId: openid, unionId: typeof unionid === 'string' ? unionid : null, sessionKey: session_key }
}

function record({ openId, unionId, sessionKey }: Sighting): number {
  const found = findIdentity.get(appId, openId)
  if (found !== undefined && unionId !== null && found.union_id !== unionId)
    throw new Error('not in this bench')
  const id = found === undefined ? insertNew(openId, unionId) : Number(found.id)
  const now = Date.now()
  const sealed = found?.session_keys
  const former = sealed instanceof Uint8Array ? (JSON.parse(seal.unseal(String(id), sealed)) as Key[]) : []
  const others = former.filter((one) => one.key !== sessionKey && now - one.at < maxKeyAgeMs).slice(0, 3)
  updateKeys.run(seal.seal(String(id), JSON.stringify([{ key: sessionKey, at: now }, ...others])), id)
  return id
}

type Key = { key: string; at: number }

function insertNew(openId: string, unionId: string | null): number {
  const userId = Number(insertUser.get(unionId, Date.now())?.id)
  return Number(insertIdentity.get(appId, openId, userId, Date.now())?.id)
}

function issueSession(identityId: number, openId: string): Session {
  const token = randomBytes(32).toString('base64url')
  const now = Date.now()
  const expiresAt = now + lifetimeMs
  insertSession.run(sha256(token), identityId, lifetimeMs, now, expiresAt, now + maxLifeMs)
  return { token, openId, expiresAt }
}

setInterval(() => {
  purgeExchanges.run(Date.now())
  for (const [code, { until }] of memo) {
    if (until > Date.now()) break
    memo.delete(code)
  }
}, 1000).unref()
