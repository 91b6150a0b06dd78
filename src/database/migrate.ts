import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'

/**
 * Brings a schema up to date; safe when several processes start at once. Most starts find it so: they read the
 * names alone, where the Migrator would look through the engine's catalogue and take its lock.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: Record<string, Migration>,
  schema?: string,
): Promise<void> {
  if (await isUpToDate(db, migrations, schema)) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    ...(schema !== undefined && { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

/** Whatever else than exactly these is for the Migrator to mend or to refuse. */
async function isUpToDate<Tables>(
  db: Kysely<Tables>,
  migrations: Record<string, Migration>,
  schema: string | undefined,
): Promise<boolean> {
  const table = sql.id(...(schema === undefined ? [] : [schema]), 'kysely_migration')
  try {
    const { rows } = await sql<{ name: string }>`select name from ${table}`.execute(db)
    const done = rows.map(({ name }) => name)
    return done.sort().join() === Object.keys(migrations).sort().join()
  } catch {
    return false
  }
}
