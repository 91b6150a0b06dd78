import type { PersonKey, PersonKeys } from '../../database/person-keys/person-keys.ts'
import { sealPersonal, unsealPersonal } from '../../database/person-keys/personal-columns.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { MemberHashes, MemberRow } from './members-store.ts'
import type { PersonalData } from './personal-data.ts'

export type MemberSealing = ReturnType<typeof createMemberSealing>

type Deps = { sealed: SealedColumns; personKeys: PersonKeys }

const hashLength = 16

/** Seals what is personal of a member under the member's own key, in one piece, and makes hashes to find it by. */
export function createMemberSealing({ sealed, personKeys }: Deps) {
  async function hash(tenantId: number, field: string, value: string): Promise<Buffer> {
    return (await sealed.hash(tenantId, `member-${field}`, value)).subarray(0, hashLength)
  }

  const hashPhone = (tenantId: number, phone: string) => hash(tenantId, 'phone', phone)
  const hashIdCard = (tenantId: number, idCard: string) => hash(tenantId, 'id-card', idCard)

  function open({ personal }: MemberRow, person: PersonKey | null): PersonalData | null {
    if (person === null || personal === null) return null
    return JSON.parse(unsealPersonal(person, 'members.personal', personal)) as PersonalData // sealed below
  }

  return {
    hashPhone,
    hashIdCard,

    async hashesOf(
      tenantId: number,
      { phone, idCard }: Pick<PersonalData, 'phone' | 'idCard'>,
    ): Promise<MemberHashes> {
      return {
        phoneHash: phone === null ? null : await hashPhone(tenantId, phone),
        idCardHash: idCard === null ? null : await hashIdCard(tenantId, idCard),
      }
    },

    seal: (person: PersonKey, data: PersonalData): Buffer =>
      sealPersonal(person, 'members.personal', JSON.stringify(data)),

    /** Null after erasure. */
    async unseal(row: MemberRow): Promise<PersonalData | null> {
      return open(row, row.personKey === null ? null : await personKeys.find(row.personKey))
    },

    /** As `unseal`, with one look for all keys. */
    async unsealMany(rows: readonly MemberRow[]): Promise<(PersonalData | null)[]> {
      const keys = await personKeys.findMany(rows.flatMap(({ personKey }) => personKey ?? []))
      return rows.map((row) => {
        const name = row.personKey === null ? '' : Buffer.from(row.personKey).toString('hex')
        return open(row, keys.get(name) ?? null)
      })
    },
  }
}
