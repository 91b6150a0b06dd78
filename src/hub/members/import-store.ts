import type { Sql } from '../../database/database.ts'
import type { NewMember } from './members-store.ts'

/** What a member is found by. */
export type MemberKeys = {
  number: string | null
  phoneHash: Uint8Array | null
  idCardHash: Uint8Array | null
}

/** Members of the tenant that have one of these numbers, phones or idCards; uses the three unique indexes. */
export async function listTakenKeys(
  sql: Sql,
  tenantId: number,
  wanted: readonly MemberKeys[],
): Promise<MemberKeys[]> {
  const found = new Map<number, MemberKeys>()
  const columns = {
    number: wanted.flatMap(({ number }) => number ?? []),
    phone_hash: wanted.flatMap(({ phoneHash }) => phoneHash ?? []),
    id_card_hash: wanted.flatMap(({ idCardHash }) => idCardHash ?? []),
  }
  for (const [column, values] of Object.entries(columns)) {
    if (values.length === 0) continue
    const rows = await sql
      .selectFrom('members')
      .select(['id', 'number', 'phone_hash', 'id_card_hash'])
      .where('tenant_id', '=', tenantId)
      .where(column as keyof typeof columns, 'in', values)
      .execute()
    for (const { id, number, phone_hash: phoneHash, id_card_hash: idCardHash } of rows) {
      found.set(id, { number, phoneHash, idCardHash })
    }
  }
  return [...found.values()]
}

/** Nine values each: the engines take 32,766 and 65,535 in one statement. */
const rowsAStatement = 500

export async function insertMembers(sql: Sql, members: readonly NewMember[]): Promise<void> {
  const rows = members.map((member) => ({
    tenant_id: member.tenantId,
    number: member.number,
    card_state: member.cardState,
    person_key: member.personKey,
    personal: member.personal,
    phone_hash: member.phoneHash,
    id_card_hash: member.idCardHash,
    created_at: member.createdAt,
    updated_at: member.createdAt,
  }))
  for (let from = 0; from < rows.length; from += rowsAStatement) {
    await sql
      .insertInto('members')
      .values(rows.slice(from, from + rowsAStatement))
      .execute()
  }
}
