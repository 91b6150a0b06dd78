import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

/** `hash` is that of the image's content. */
export type StoredCode = { hash: string; mime: string }

export async function findQrCode(sql: Sql, key: Buffer): Promise<StoredCode | null> {
  const [row] = await findStatement(sql, { key })
  if (row === undefined || row.content_hash === null || row.mime === null) return null
  return { hash: row.content_hash, mime: row.mime }
}

const findStatement = createStatement<{ key: Buffer }>()((sql, param) =>
  sql.selectFrom('qr_codes').select(['content_hash', 'mime']).where('key', '=', param('key')),
)

export type LeaseRequest = {
  key: Buffer
  appId: string
  holder: string
  now: number
  until: number
  /** The image that was to be there and is lost. */
  lost: string | null
}

/** A lease that ends later than any can was taken by a clock that was wrong. */
const maxSkewMs = 60_000

/** Takes the right to make the code, unless another has it or has made it since the asker looked. */
export async function acquireLease(sql: Sql, request: LeaseRequest): Promise<boolean> {
  const lease = { lease_holder: request.holder, lease_until: request.until }
  const row = await sql
    .insertInto('qr_codes')
    .values({ key: request.key, app_id: request.appId, ...lease })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet(lease)
        .where((eb) =>
          eb.or([
            eb('qr_codes.lease_until', '<=', request.now),
            eb('qr_codes.lease_until', '>', request.until + maxSkewMs),
          ]),
        )
        .where((eb) =>
          eb.or([eb('qr_codes.content_hash', 'is', null), eb('qr_codes.content_hash', '=', request.lost)]),
        ),
    )
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/** An answer that comes after the lease is over counts too: one image of a code is as good as another. */
export async function updateQrCode(
  sql: Sql,
  key: Buffer,
  { hash, mime, madeAt }: StoredCode & { madeAt: number },
): Promise<void> {
  await sql
    .updateTable('qr_codes')
    .set({ content_hash: hash, mime, made_at: madeAt, lease_holder: null, lease_until: 0 })
    .where('key', '=', key)
    .execute()
}

/** Which of these images a code names; uses the index on content_hash. */
export async function listNamedImages(sql: Sql, hashes: readonly string[]): Promise<string[]> {
  const rows = await sql
    .selectFrom('qr_codes')
    .select('content_hash')
    .where('content_hash', 'in', hashes)
    .execute()
  return rows.flatMap((row) => row.content_hash ?? [])
}

/** What could not be made leaves nothing behind, so that whoever asks next tries at once. */
export async function deleteUnmade(sql: Sql, key: Buffer, holder: string): Promise<void> {
  await sql.deleteFrom('qr_codes').where('key', '=', key).where('lease_holder', '=', holder).execute()
}
