import { isForeignKeyViolation, isUniqueViolation, type Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { App } from '../apps/app.ts'
import { type Actor, systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { checkName } from '../name.ts'
import type { Setup } from '../setup/setup.ts'
import { type CredentialInput, changeCredential, checkMchid, checkMerchantApps } from './check-merchant.ts'
import { createMerchantEnsuring } from './ensure-merchant.ts'
import type { Merchant } from './merchant.ts'
import { type MerchantChange, writeMerchantChange } from './merchant-change.ts'
import { createMerchantDirectory } from './merchant-directory.ts'
import { deleteMerchant, insertMerchant, replaceMerchantApps } from './merchants-store.ts'

export type NewMerchant = CredentialInput & {
  mchid: string
  tenantId: number
  name: string
  apps: readonly string[]
}

type Deps = {
  setup: Setup<{ merchants: ReadonlyMap<string, Merchant>; apps: ReadonlyMap<string, App> }>
  sealed: SealedColumns
  now: () => number
}

type OfTenant = Pick<Merchant, 'mchid' | 'tenantId'>

export type Merchants = ReturnType<typeof createMerchants>

/** The merchants of all tenants, in memory like the apps. */
export function createMerchants({ setup, sealed, now }: Deps) {
  const directory = createMerchantDirectory(setup)

  function audit(sql: Sql, actor: Actor, action: string, of: OfTenant, detail = {}): Promise<void> {
    const { mchid, tenantId } = of
    return insertAuditEntry(sql, { at: now(), actor, action, subject: `merchant:${mchid}`, tenantId, detail })
  }

  async function add(input: NewMerchant, actor: Actor = systemActor): Promise<Merchant> {
    const { mchid, tenantId, name, apps } = input
    checkMchid(mchid)
    checkName(name)
    const credential = changeCredential(mchid, null, input)
    checkMerchantApps((await setup.current()).apps, tenantId, apps)
    const { serial, publicKey } = credential
    try {
      await setup.change(async (sql) => {
        await insertMerchant({ sql, sealed }, { mchid, tenantId, name, apps, credential, createdAt: now() })
        await replaceMerchantApps(sql, mchid, apps)
        const detail = { tenantId, name, apps, serial, publicKeyId: publicKey?.id ?? null }
        await audit(sql, actor, 'merchant.added', input, detail)
      })
    } catch (error) {
      throw toRefusal(error)
    }
    return directory.get(mchid)
  }

  async function change(mchid: string, input: MerchantChange, actor: Actor = systemActor): Promise<Merchant> {
    const { tenantId } = await directory.get(mchid)
    const { name, apps } = input
    if (name !== undefined) checkName(name)
    if (apps !== undefined) checkMerchantApps((await setup.current()).apps, tenantId, apps)
    try {
      await setup.change((sql) =>
        writeMerchantChange({ sql, sealed }, { mchid, tenantId, change: input }, (action, detail) =>
          audit(sql, actor, action, { mchid, tenantId }, detail),
        ),
      )
    } catch (error) {
      throw toRefusal(error)
    }
    return directory.get(mchid)
  }

  return {
    ...directory,
    ...createMerchantEnsuring({ setup, ...directory, add, change }),

    /** Throws bad_request, conflict. */
    add,

    /** Throws merchant_unknown, bad_request. */
    change,

    /** Its keys go with it. Refused while payments refer to it. */
    async remove(mchid: string, actor: Actor = systemActor): Promise<void> {
      const { tenantId } = await directory.get(mchid)
      try {
        await setup.change(async (sql) => {
          if (!(await deleteMerchant(sql, mchid, tenantId))) {
            throw new HubError('merchant_unknown', 'the merchant was removed')
          }
          await audit(sql, actor, 'merchant.removed', { mchid, tenantId })
        })
      } catch (error) {
        if (isForeignKeyViolation(error)) throw new HubError('conflict', 'payments refer to the merchant')
        throw error
      }
    },
  }
}

/** Why the database took no merchant, or no app of one. */
function toRefusal(error: unknown): unknown {
  if (isUniqueViolation(error)) return new HubError('conflict', 'a merchant with this mchid is there already')
  if (isForeignKeyViolation(error)) return new HubError('bad_request', 'the tenant or an app is not there')
  return error
}
