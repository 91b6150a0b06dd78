import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import { sealPersonal } from '../../database/person-keys/personal-columns.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { lockUserOfIdentity } from './identities-store.ts'
import { type KnownPhone, openPhone, type PhoneColumn, type VerifiedPhone } from './open-phone.ts'
import { parsePhone } from './phone.ts'
import {
  findOwnPhones,
  findPhones,
  isVerifiedPhone,
  listPhonesToReseal,
  type PhoneRow,
} from './user-phones-store.ts'
import { writePhones } from './write-phones.ts'

export type UserPhones = ReturnType<typeof createUserPhones>

type HashedPhone = VerifiedPhone & { hash: Uint8Array }

type Deps = { database: Database; sealed: SealedColumns; personKeys: PersonKeys }

/** Phone numbers of users, each sealed under the key of the user whose row it stands in. */
export function createUserPhones(deps: Deps) {
  const { database, sealed, personKeys } = deps

  async function read(row: PhoneRow): Promise<KnownPhone | null> {
    if (row.verified === null && row.unverified === null) return null
    return openPhone(sealed, row, row.personKey === null ? null : await personKeys.find(row.personKey))
  }

  async function resealOne(id: number): Promise<void> {
    await writePhones(deps, {
      findUser: async () => id,
      toColumns: async (sql, userId, person) => {
        const row = await findOwnPhones(sql, userId)
        // Somebody wrote the number meanwhile.
        if (row === null || row.personKey !== null) return null
        const { verified, unverified } = row
        const reseal = (column: PhoneColumn, value: Uint8Array) =>
          sealPersonal(person, column, sealed.unseal(column, String(userId), value))
        return {
          ...(verified !== null && { verified_phone: reseal('users.verified_phone', verified) }),
          ...(unverified !== null && { unverified_phone: reseal('users.unverified_phone', unverified) }),
        }
      },
    })
  }

  return {
    read,

    /** As `read`, with one look for all keys. */
    async readMany(rows: readonly PhoneRow[]): Promise<(KnownPhone | null)[]> {
      const sealedRows = rows.filter(({ verified, unverified }) => verified !== null || unverified !== null)
      const keys = await personKeys.findMany(sealedRows.flatMap(({ personKey }) => personKey ?? []))
      return rows.map((row) => {
        const name = row.personKey === null ? '' : Buffer.from(row.personKey).toString('hex')
        return openPhone(sealed, row, keys.get(name) ?? null)
      })
    },

    /**
     * Keeps what was typed for whoever the identity belongs to now, unless a verified number is known: it never
     * takes that one's place.
     */
    async keepTyped(identityId: number, text: string): Promise<void> {
      const phone = parsePhone(text)
      await writePhones(deps, {
        findUser: (sql) => lockUserOfIdentity(database, sql, identityId),
        toColumns: async (sql, id, person) => {
          const present = await findPhones(sql, id)
          if (present?.verified != null) return null
          return { unverified_phone: sealPersonal(person, 'users.unverified_phone', phone), phone_from: null }
        },
      })
    },

    /**
     * Keeps the number for whoever the identity belongs to now: since the session was looked at, its user may have
     * been merged into another. What the user typed before is dropped.
     */
    async keepVerified(identityId: number, { phone, countryCode, hash }: HashedPhone): Promise<void> {
      const text = JSON.stringify({ phone, countryCode })
      await writePhones(deps, {
        findUser: (sql) => lockUserOfIdentity(database, sql, identityId),
        toColumns: async (_sql, _userId, person) => ({
          verified_phone: sealPersonal(person, 'users.verified_phone', text),
          verified_phone_hash: hash,
          unverified_phone: null,
          phone_from: null,
        }),
      })
    },

    isVerified: (identityId: number, hash: Uint8Array): Promise<boolean> =>
      isVerifiedPhone(database.sql, identityId, hash),

    /** Seals numbers of former versions under their users' own keys, at most `limit`. Returns how many. */
    async reseal(limit: number): Promise<number> {
      const ids = await listPhonesToReseal(database.sql, limit)
      for (const id of ids) await resealOne(id)
      return ids.length
    },
  }
}
