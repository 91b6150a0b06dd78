import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Location, openDatabase } from '../../src/database/database.ts'
import { openPersonKeyDatabase } from '../../src/database/person-keys/person-key-database.ts'
import { Secret } from '../../src/secret.ts'
import { query } from './database.ts'
import { startPostgres } from './postgres-server.ts'
import { announceTemplates } from './templates.ts'

/** Once for the whole run: one PostgreSQL, and one migrated database of each engine. */
const stack = new AsyncDisposableStack()

export async function globalSetup(): Promise<void> {
  const { url: server, stop } = await startPostgres()
  stack.defer(stop)
  const postgresName = await makePostgresTemplate(server)
  const sqliteDir = await makeSqliteTemplate()
  announceTemplates({ server, postgresName, sqliteDir })
}

export async function globalTeardown(): Promise<void> {
  await stack.disposeAsync()
}

async function makePostgresTemplate(server: string): Promise<string> {
  const name = `template_${randomBytes(8).toString('hex')}`
  await query(server, `create database ${name}`)
  stack.defer(async () => {
    await query(server, `drop database ${name}`)
  })
  const url = new URL(server)
  url.pathname = `/${name}`
  await migrate({ engine: 'postgres', url: new Secret(url.href) })
  return name
}

async function makeSqliteTemplate(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'wehub-template-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  await migrate({ engine: 'sqlite', path: join(dir, 'wehub.db') })
  return dir
}

async function migrate(location: Location): Promise<void> {
  await using database = await openDatabase(location)
  await database.migrate()
  const keys = await openPersonKeyDatabase(location)
  await keys.close()
}
