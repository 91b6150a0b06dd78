import { equal, notEqual, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createLogSync, LogSyncError } from './log-sync.ts'
import { isOutage } from './outage.ts'

test('calls nothing synced after a sync failed, since the system forgets what it could not write', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'wehub-log-sync-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const log = join(dir, 'db-wal')
  // A device that refuses to be synced.
  symlinkSync('/dev/null', log)
  const logSync = createLogSync(join(dir, 'db'))
  t.after(() => logSync.close())
  const first = await logSync.sync().catch((error: unknown) => error)
  ok(first instanceof LogSyncError)
  equal(isOutage(first), true)
  rmSync(log)
  writeFileSync(log, 'a log that could be synced')
  await rejects(logSync.sync(), first)
})

test('opens the log once it is there', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'wehub-log-sync-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const logSync = createLogSync(join(dir, 'db'))
  t.after(() => logSync.close())
  await rejects(logSync.sync(), { code: 'ENOENT' })
  writeFileSync(join(dir, 'db-wal'), 'a log')
  await logSync.sync()
})

test('shares a sync among those that wait for it, and none with one that began before', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'wehub-log-sync-'))
  t.after(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'db-wal'), 'a log')
  const logSync = createLogSync(join(dir, 'db'))
  t.after(() => logSync.close())
  const begun = logSync.sync()
  await setImmediate()
  const waiting = logSync.sync()
  notEqual(waiting, begun)
  equal(logSync.sync(), waiting)
  await Promise.all([begun, waiting])
})
