import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely'
import { announce } from '../contenders/announce.ts'

/** What the hub's start is measured by: its framework and its query builder, opened, and nothing done. */
const database = new DatabaseSync(`${process.env.BENCH_DATA_DIR}/bare.db`)
const kysely = new Kysely<unknown>({
  dialect: new SqliteDialect({ database: asSqliteDatabase(database) }),
})
await sql`select 1`.execute(kysely)

const http = Fastify()
http.get('/healthz', async () => ({ status: 'ok' }))
await http.listen({ host: '127.0.0.1', port: 0 })
announce(http.server)

function asSqliteDatabase(opened: DatabaseSync): SqliteDatabase {
  return {
    close: () => opened.close(),
    prepare(text) {
      const statement = opened.prepare(text)
      return {
        reader: true,
        all: (parameters) => statement.all(...(parameters as string[])),
        run: (parameters) => statement.run(...(parameters as string[])),
        iterate: (parameters) => statement.iterate(...(parameters as string[])) as IterableIterator<unknown>,
      }
    },
  }
}
