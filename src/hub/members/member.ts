import type { PersonalData } from './personal-data.ts'

export const cardStates = ['active', 'unusable', 'lost', 'void'] as const

export type CardState = (typeof cardStates)[number]

/** A member of a tenant. What is personal is masked unless it was asked for with a purpose. */
export type Member = Omit<PersonalData, 'name'> & {
  id: number
  tenantId: number
  /** The tenant's own, or one that is made from the id. */
  number: string
  cardState: CardState
  /** Null after erasure. */
  name: string | null
  createdAt: number
  updatedAt: number
}

/** Made numbers begin with M and tell nothing but the order; brought ones must not look like them. */
export function makeNumber(id: number): string {
  return `M${String(id).padStart(8, '0')}`
}

export function isMadeNumber(number: string): boolean {
  return /^M\d{8,}$/.test(number)
}
