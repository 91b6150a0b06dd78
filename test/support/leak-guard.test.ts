import { doesNotThrow, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, query, testOnBoth } from './database.ts'
import { assertNoLeak } from './leak-guard.ts'
import { planted } from './personal-leak.ts'

test('finds every secret that the sandbox hands out', async (t) => {
  const sandbox = await openSandbox(t)
  const app = await sandbox.app('mini_program')
  const session = await sandbox.session(app, await sandbox.loginCode(app))
  const { access_token } = await sandbox.stableToken(app)
  const query = { access_token: String(access_token), type: 'jsapi' }
  const { ticket } = await sandbox.get('/cgi-bin/ticket/getticket', query)
  for (const secret of [app.secret, session.session_key, access_token, ticket]) {
    throws(() => assertNoLeak('the log', `{"a":"${secret}"}`), /stands in the log/)
  }
  doesNotThrow(() => assertNoLeak('the log', randomBytes(100_000)))
})

testOnBoth(
  'finds a secret or a session key that was planted in the database, as text or as bytes',
  async (t, engine) => {
    const sandbox = await openSandbox(t)
    const app = await sandbox.app('mini_program')
    const sessionKey = String((await sandbox.session(app, await sandbox.loginCode(app))).session_key)
    for (const secret of [
      Buffer.from(app.secret),
      Buffer.from(sessionKey),
      Buffer.from(sessionKey, 'base64'),
    ]) {
      const database = await createDatabase(t, engine)
      await plant(database.url, engine, secret)
      const dump = await database.dump()
      throws(() => assertNoLeak('the database', dump), /stands in the database/)
    }
  },
)

testOnBoth('finds what is personal of a test person in the database, whichever it is', async (t, engine) => {
  for (const value of Object.values(planted)) {
    const database = await createDatabase(t, engine)
    await plant(database.url, engine, Buffer.from(value))
    const dump = await database.dump()
    throws(() => assertNoLeak('the database', dump), /of a test person stands in the database/)
  }
})

async function plant(url: string, engine: string, secret: Buffer): Promise<void> {
  if (engine === 'postgres') {
    await query(url, 'create table planted (value bytea)')
    await query(url, `insert into planted values (decode('${secret.toString('hex')}', 'hex'))`)
    return
  }
  const { DatabaseSync } = await import('node:sqlite')
  const file = new DatabaseSync(url.slice('sqlite:'.length))
  file.exec(
    `pragma journal_mode = wal; create table planted (value blob); insert into planted values (x'${secret.toString('hex')}')`,
  )
  file.close()
}
