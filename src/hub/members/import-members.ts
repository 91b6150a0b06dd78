import { type Database, isUniqueViolation } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { ImportOutcome } from '../import-outcome.ts'
import { insertMembers, listTakenKeys, type MemberKeys } from './import-store.ts'
import type { CardState } from './member.ts'
import type { MemberSealing } from './member-sealing.ts'
import type { NewMember } from './members-store.ts'
import { type NewMemberInput, parseNew } from './new-member.ts'
import type { PersonalData } from './personal-data.ts'

export type ImportedMember = NewMemberInput

type Deps = {
  database: Database
  personKeys: Pick<PersonKeys, 'create'>
  sealing: MemberSealing
  now: () => number
}

type Parsed = MemberKeys & { data: PersonalData; cardState: CardState }

type Import = { tenantId: number; rows: readonly ImportedMember[]; actor: Actor }

const maxTries = 4

/**
 * Members of another system, up to some thousands at once. Who is there already, by number, phone and idCard, is left
 * alone; who shares one of them with another member is refused.
 */
export async function importMembers(deps: Deps, wanted: Import): Promise<ImportOutcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryImport(deps, wanted)
    } catch (error) {
      // Somebody added one of them at this moment: the next try finds it.
      if (!isUniqueViolation(error) || attempt === maxTries) throw error
    }
  }
}

async function tryImport(deps: Deps, { tenantId, rows, actor }: Import): Promise<ImportOutcome[]> {
  const { database, now } = deps
  const parsed: (Parsed | { refused: string })[] = []
  for (const row of rows) parsed.push(await parse(deps, tenantId, row))
  const good = parsed.flatMap((row) => ('refused' in row ? [] : row))
  const taken = createTaken(await listTakenKeys(database.sql, tenantId, good))
  const added: Parsed[] = []
  const outcomes = parsed.map((row): ImportOutcome => {
    if ('refused' in row) return row
    const outcome = taken.judge(row)
    if (outcome === 'added') added.push(row)
    return outcome
  })
  if (added.length === 0) return outcomes
  const members = await Promise.all(added.map((row) => seal(deps, tenantId, row)))
  // Whoever runs the import is told of nothing before the database is closed, which brings all to the disk.
  await database.transaction(async (sql) => {
    await insertMembers(sql, members)
    const noted = { action: 'members.imported', subject: `tenant:${tenantId}`, tenantId }
    await insertAuditEntry(sql, { ...noted, at: now(), actor, detail: { members: members.length } })
  })
  return outcomes
}

async function parse({ sealing, now }: Deps, tenantId: number, row: ImportedMember) {
  try {
    const data = parseNew(row, now())
    const hashes = await sealing.hashesOf(tenantId, data)
    return { ...hashes, number: row.number ?? null, cardState: row.cardState ?? 'active', data }
  } catch (error) {
    if (error instanceof HubError) return { refused: error.message }
    throw error
  }
}

/** The keys of those who wait for the same commit are written together. */
async function seal({ personKeys, sealing, now }: Deps, tenantId: number, row: Parsed): Promise<NewMember> {
  const { data, ...found } = row
  const person = await personKeys.create()
  const personal = sealing.seal(person, data)
  return { ...found, tenantId, personKey: person.id, personal, createdAt: now() }
}

/** Who has which number, phone and idCard: the members that are there, and the rows before. */
function createTaken(present: readonly MemberKeys[]) {
  const holders = new Map<string, MemberKeys>()
  const add = (member: MemberKeys) => {
    for (const name of namesOf(member)) holders.set(name, member)
  }
  for (const member of present) add(member)

  return {
    judge(row: MemberKeys): ImportOutcome {
      const names = namesOf(row)
      const found = new Set(names.map((name) => holders.get(name)))
      const [holder] = found
      if (found.size > 1) return { refused: 'another member has this phone, idCard or number' }
      if (holder !== undefined) return 'present'
      add(row)
      return 'added'
    },
  }
}

function namesOf({ number, phoneHash, idCardHash }: MemberKeys): string[] {
  return [
    ...(number === null ? [] : [`number ${number}`]),
    ...(phoneHash === null ? [] : [`phone ${Buffer.from(phoneHash).toString('hex')}`]),
    ...(idCardHash === null ? [] : [`idCard ${Buffer.from(idCardHash).toString('hex')}`]),
  ]
}
