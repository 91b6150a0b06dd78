import type { SealedColumns } from '../../database/sealed-columns.ts'
import { Secret } from '../../secret.ts'

/** The newest session key of an identity and the three before it; at most 3 days old. */
export type SessionKey = { key: Secret; obtainedAt: number }

const kept = 4
const maxAgeMs = 3 * 24 * 60 * 60 * 1000

type Stored = { key: string; at: number }[]

/** Adds the key of a new login in front. WeChat may give the same key again: then only its time changes. */
export function addSessionKey(
  sealed: SealedColumns,
  identityId: number,
  present: Uint8Array | null,
  added: SessionKey,
): Buffer {
  const key = added.key.reveal()
  const former = listSessionKeys(sealed, identityId, present, added.obtainedAt)
  const others = former.filter((one) => !one.key.equals(key)).slice(0, kept - 1)
  const keys: Stored = [
    { key, at: added.obtainedAt },
    ...others.map((one) => ({ key: one.key.reveal(), at: one.obtainedAt })),
  ]
  return sealed.seal('identities.session_keys', String(identityId), JSON.stringify(keys))
}

/** Newest first, without those that are too old to use. */
export function listSessionKeys(
  sealed: SealedColumns,
  identityId: number,
  present: Uint8Array | null,
  now: number,
): SessionKey[] {
  if (present === null) return []
  const text = sealed.unseal('identities.session_keys', String(identityId), present)
  const keys = JSON.parse(text) as Stored // sealed by addSessionKey
  return keys
    .filter(({ at }) => now - at < maxAgeMs)
    .map(({ key, at }) => ({ key: new Secret(key), obtainedAt: at }))
}
