import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { appId, database, seal } from './app.ts'
import { createSeal } from './seal.ts'

/** The keys of persons are kept apart from what they seal. */
const keys = new DatabaseSync(`${process.env.BENCH_DATA_DIR}/floor-keys.db`)
keys.exec('pragma journal_mode = wal')
keys.exec(`
create table if not exists person_keys (id blob primary key, sealed blob not null) without rowid;
create table if not exists destructions (count integer not null);
insert into destructions values (0)`)

const insertKey = keys.prepare('insert into person_keys values (?, ?)')
const findKey = keys.prepare('select sealed from person_keys where id = ?')
const countDestructions = keys.prepare('select count from destructions')
const insertUser = database.prepare('insert into users (created_at, person_key, phone) values (?, ?, ?)')
const insertIdentity = database.prepare(
  'insert into identities (app_id, open_id, user_id, created_at) values (?, ?, ?, ?)',
)
const find = database.prepare(`
  select i.id, i.member_id, u.nickname, u.avatar_url, u.person_key, u.phone
  from identities i join users u on u.id = i.user_id
  where i.app_id = ? and i.open_id = ? and u.erased_at is null`)
const beliefMs = 800
let destructions = 0
let lookedAt = 0
const opened = new Map<string, KeyObject>()

/** Whoever logs in is a buyer too, so the rows are those that logins make. The phone number is sealed under a key of its own. */
export function saveBuyer(openId: string, phone: string): number {
  const [id, bytes] = [randomBytes(16), randomBytes(32)]
  insertKey.run(id, seal.seal(id.toString('hex'), bytes.toString('base64')))
  const sealed = createSeal(createSecretKey(bytes)).seal(id.toString('hex'), phone)
  const userId = insertUser.run(Date.now(), id, sealed).lastInsertRowid
  return Number(insertIdentity.run(appId, openId, userId, Date.now()).lastInsertRowid)
}

export function findBuyer(openId: string) {
  const row = find.get(appId, openId)
  if (row === undefined) return null
  const keyName = Buffer.from(row.person_key as Uint8Array).toString('hex') // written with the phone by saveBuyer
  const phone = createSeal(keyOf(keyName)).unseal(keyName, row.phone as Uint8Array) // likewise
  const masked = `${phone.slice(0, 3)}****${phone.slice(-4)}`
  const memberId = Number(row.member_id ?? 0)
  const { id, nickname: name, avatar_url: profile } = row
  return { tenantId: 1, openId, name, profile, phone: masked, memberId, id }
}

/** Another process may have destroyed keys. */
function keyOf(name: string): KeyObject {
  if (Date.now() - lookedAt >= beliefMs) {
    const count = Number(countDestructions.get()?.count)
    if (count !== destructions) opened.clear()
    destructions = count
    lookedAt = Date.now()
  }
  const known = opened.get(name)
  if (known !== undefined) return known
  const sealed = findKey.get(Buffer.from(name, 'hex'))?.sealed as Uint8Array // it was inserted before the buyer
  const key = createSecretKey(Buffer.from(seal.unseal(name, sealed), 'base64'))
  opened.set(name, key)
  return key
}
