import type { Database, Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'
import { HubError } from '../errors.ts'
import { type CardState, cardStates } from './member.ts'

export type MemberRow = {
  id: number
  tenantId: number
  number: string | null
  cardState: CardState
  personKey: Uint8Array | null
  personal: Uint8Array | null
  createdAt: number
  updatedAt: number
}

/** Keyed hashes to find a member by; null where nothing is known. */
export type MemberHashes = { phoneHash: Uint8Array | null; idCardHash: Uint8Array | null }

type SealedMember = MemberHashes & { personKey: Uint8Array; personal: Uint8Array }

export type NewMember = SealedMember & {
  tenantId: number
  number: string | null
  cardState: CardState
  createdAt: number
}

export async function insertMember(sql: Sql, member: NewMember): Promise<number> {
  const [row] = await insertStatement(sql, member)
  if (row === undefined) throw new Error('the database returned no id')
  return row.id
}

const insertStatement = createStatement<NewMember>()((sql, param) =>
  sql
    .insertInto('members')
    .values({
      tenant_id: param('tenantId'),
      number: param('number'),
      card_state: param('cardState'),
      person_key: param('personKey'),
      personal: param('personal'),
      phone_hash: param('phoneHash'),
      id_card_hash: param('idCardHash'),
      created_at: param('createdAt'),
      updated_at: param('createdAt'),
    })
    .returning('id'),
)

export async function findMember(sql: Sql, id: number): Promise<MemberRow | null> {
  const row = await sql.selectFrom('members').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toRow(row)
}

export async function getMember(sql: Sql, id: number): Promise<MemberRow> {
  const row = await findMember(sql, id)
  if (row === null) throw new HubError('not_found', 'no such member')
  return row
}

/** Holds the member's row until the transaction ends. */
export async function lockMember(database: Database, sql: Sql, id: number): Promise<MemberRow | null> {
  const query = sql.selectFrom('members').selectAll().where('id', '=', id)
  // On SQLite the transaction as a whole is the lock.
  const row = await (database.engine === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return row === undefined ? null : toRow(row)
}

export async function findMemberByPhone(
  sql: Sql,
  tenantId: number,
  hash: Uint8Array,
): Promise<MemberRow | null> {
  const [row] = await byPhoneStatement(sql, { tenantId, hash })
  return row === undefined ? null : toRow(row)
}

const byPhoneStatement = createStatement<{ tenantId: number; hash: Uint8Array }>()((sql, param) =>
  sql
    .selectFrom('members')
    .selectAll()
    .where('tenant_id', '=', param('tenantId'))
    .where('phone_hash', '=', param('hash')),
)

export async function findMemberByIdCard(
  sql: Sql,
  tenantId: number,
  hash: Uint8Array,
): Promise<MemberRow | null> {
  const [row] = await byIdCardStatement(sql, { tenantId, hash })
  return row === undefined ? null : toRow(row)
}

const byIdCardStatement = createStatement<{ tenantId: number; hash: Uint8Array }>()((sql, param) =>
  sql
    .selectFrom('members')
    .selectAll()
    .where('tenant_id', '=', param('tenantId'))
    .where('id_card_hash', '=', param('hash')),
)

export async function findMemberByNumber(
  sql: Sql,
  tenantId: number,
  number: string,
): Promise<MemberRow | null> {
  const query = sql.selectFrom('members').selectAll().where('tenant_id', '=', tenantId)
  const row = await query.where('number', '=', number).executeTakeFirst()
  return row === undefined ? null : toRow(row)
}

/** By id; `tenantId` null: of all tenants. */
export async function listMembers(
  sql: Sql,
  { tenantId, after, limit }: { tenantId: number | null; after: number; limit: number },
): Promise<MemberRow[]> {
  let query = sql.selectFrom('members').selectAll().where('id', '>', after)
  if (tenantId !== null) query = query.where('tenant_id', '=', tenantId)
  return (await query.orderBy('id').limit(limit).execute()).map(toRow)
}

export type MemberChange = Partial<SealedMember> & { cardState?: CardState | undefined }

export async function updateMember(sql: Sql, id: number, change: MemberChange, now: number): Promise<void> {
  const { cardState, personKey, personal, phoneHash, idCardHash } = change
  await sql
    .updateTable('members')
    .set({
      updated_at: now,
      ...(cardState !== undefined && { card_state: cardState }),
      ...(personKey !== undefined && { person_key: personKey }),
      ...(personal !== undefined && { personal }),
      ...(phoneHash !== undefined && { phone_hash: phoneHash }),
      ...(idCardHash !== undefined && { id_card_hash: idCardHash }),
    })
    .where('id', '=', id)
    .execute()
}

type Selected = Awaited<ReturnType<typeof byPhoneStatement>>[number]

function toRow(row: Selected): MemberRow {
  const cardState = cardStates.find((known) => known === row.card_state)
  if (cardState === undefined) throw new Error('the database names an unknown state of a card')
  return {
    id: row.id,
    tenantId: row.tenant_id,
    number: row.number,
    cardState,
    personKey: row.person_key,
    personal: row.personal,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
