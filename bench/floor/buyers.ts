import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { appId, database, seal } from './app.ts'
import { createSeal } from './seal.ts'

database.exec(`
create table if not exists buyers (
  id integer primary key autoincrement, app_id text not null, open_id text not null, name text not null,
  profile text not null, member_id integer, person_key blob not null, phone blob not null, unique (app_id, open_id));
create table if not exists person_keys (id blob primary key, sealed blob not null) without rowid;
`)

const insertKey = database.prepare('insert into person_keys values (?, ?)')
const insertBuyer = database.prepare(
  "insert into buyers (app_id, open_id, name, profile, person_key, phone) values (?, ?, '', '', ?, ?)",
)
const findKey = database.prepare('select sealed from person_keys where id = ?')
const find = database.prepare('select * from buyers where app_id = ? and open_id = ?')
const opened = new Map<string, KeyObject>()

/** A buyer with a phone number that is sealed under a key of their own. */
export function saveBuyer(openId: string, phone: string): number {
  const [id, bytes] = [randomBytes(16), randomBytes(32)]
  insertKey.run(id, seal.seal(id.toString('hex'), bytes.toString('base64')))
  const sealed = createSeal(createSecretKey(bytes)).seal(id.toString('hex'), phone)
  return Number(insertBuyer.run(appId, openId, id, sealed).lastInsertRowid)
}

export function findBuyer(openId: string) {
  const row = find.get(appId, openId)
  if (row === undefined) return null
  const name = Buffer.from(row.person_key as Uint8Array).toString('hex') // a blob, not null
  const phone = createSeal(keyOf(name)).unseal(name, row.phone as Uint8Array) // likewise
  const masked = `${phone.slice(0, 3)}****${phone.slice(-4)}`
  const memberId = Number(row.member_id ?? 0)
  return { tenantId: 1, openId, name: row.name, profile: row.profile, phone: masked, memberId, id: row.id }
}

function keyOf(name: string): KeyObject {
  const known = opened.get(name)
  if (known !== undefined) return known
  const sealed = findKey.get(Buffer.from(name, 'hex'))?.sealed as Uint8Array // it was inserted before the buyer
  const key = createSecretKey(Buffer.from(seal.unseal(name, sealed), 'base64'))
  opened.set(name, key)
  return key
}
