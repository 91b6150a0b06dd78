import type { Migration } from 'kysely/migration'
import * as initial from './0001-initial.ts'
import * as scenes from './0002-scenes.ts'
import * as gateway from './0003-gateway.ts'
import * as webhooks from './0004-webhooks.ts'
import * as webLogin from './0005-web-login.ts'
import * as members from './0007-members.ts'
import * as privacy from './0008-privacy.ts'
import * as merchants from './0009-merchants.ts'
import * as payments from './0010-payments.ts'
import * as payers from './0011-payers.ts'
import * as erasuresOfMembers from './0012-erasures-of-members.ts'
import * as userLists from './0013-user-lists.ts'
import * as auditLists from './0014-audit-lists.ts'

/** All migrations in order. A name, once released, never changes. */
export const migrations: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-scenes': scenes,
  '0003-gateway': gateway,
  '0004-webhooks': webhooks,
  '0005-web-login': webLogin,
  '0007-members': members,
  '0008-privacy': privacy,
  '0009-merchants': merchants,
  '0010-payments': payments,
  '0011-payers': payers,
  '0012-erasures-of-members': erasuresOfMembers,
  '0013-user-lists': userLists,
  '0014-audit-lists': auditLists,
}
