import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import type { Engine } from '../../src/database/database.ts'
import { onEnd } from './on-end.ts'
import { readTemplates, type Templates } from './templates.ts'

export const engines: Engine[] = ['sqlite', 'postgres']

/** A database of its own for one test. `dump` is everything in it as bytes, to search for what must not be there. */
export type TestDatabase = { engine: Engine; url: string; dir: string; dump: () => Promise<Buffer> }

/** Declares one test per engine. */
export function testOnBoth(title: string, run: (t: TestContext, engine: Engine) => Promise<void>): void {
  for (const engine of engines) test(`${title} (${engine})`, (t) => run(t, engine))
}

/** Migrated already: a copy of the one that the run made at its beginning. */
export function createDatabase(t: TestContext, engine: Engine): Promise<TestDatabase> {
  return create(t, engine, readTemplates())
}

/** As a hub finds it at its very first start. */
export function createEmptyDatabase(t: TestContext, engine: Engine): Promise<TestDatabase> {
  return create(t, engine, null)
}

async function create(t: TestContext, engine: Engine, templates: Templates | null): Promise<TestDatabase> {
  const dir = mkdtempSync(join(tmpdir(), 'wehub-test-'))
  onEnd(t, () => rmSync(dir, { recursive: true, force: true }))
  if (engine === 'sqlite') {
    if (templates !== null) cpSync(templates.sqliteDir, dir, { recursive: true })
    return {
      engine,
      dir,
      url: `sqlite:${dir}/wehub.db`,
      dump: async () => readFiles(dir, /^wehub(?:-person-keys)?\.db/),
    }
  }
  const { server } = readTemplates()
  const name = `test_${randomBytes(8).toString('hex')}`
  const copied = templates === null ? '' : ` template ${templates.postgresName} strategy file_copy`
  await query(server, `create database ${name}${copied}`)
  onEnd(t, async () => {
    await query(server, `drop database ${name} with (force)`)
  })
  const url = new URL(server)
  url.pathname = `/${name}`
  return { engine, dir, url: url.href, dump: () => dumpPostgres(url.href) }
}

export function readFiles(dir: string, pattern: RegExp): Buffer {
  const names = readdirSync(dir).filter((name) => pattern.test(name))
  if (names.length === 0) throw new Error(`no file in ${dir} is named like ${pattern}`)
  return Buffer.concat(names.map((name) => readFileSync(join(dir, name))))
}

async function dumpPostgres(url: string): Promise<Buffer> {
  const ours = "schemaname in ('public', 'wehub_keys')"
  const name = "quote_ident(schemaname) || '.' || quote_ident(tablename)"
  const tables = await query(url, `select ${name} as value from pg_tables where ${ours}`)
  if (tables.length === 0) throw new Error('the database has no tables')
  // One connection for all: each is a process at the server.
  const rows = await query(
    url,
    tables.map((table) => `select t::text as value from ${table} t`).join(' union all '),
  )
  // Byte columns print as hex: both readings are searched.
  const text = rows.join('\n')
  const bytes = [...text.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex]) => Buffer.from(hex ?? '', 'hex'))
  return Buffer.concat([Buffer.from(text), ...bytes])
}

export async function query(url: string, sql: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ value: string }>(sql)
    return rows.map((row) => row.value)
  } finally {
    await client.end()
  }
}
