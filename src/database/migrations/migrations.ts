import type { Migration } from 'kysely/migration'
import * as initial from './0001-initial.ts'
import * as gateway from './0003-gateway.ts'

/** All migrations in order. A name, once released, never changes. */
export const migrations: Record<string, Migration> = {
  '0001-initial': initial,
  '0003-gateway': gateway,
}
