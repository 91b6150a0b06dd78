import type { SeenIdentity, User } from '../../hub/users/search-users.ts'
import { toSeconds } from '../schemas.ts'

export function toUser({ tenantId, createdAt, ...shown }: User) {
  return { ...shown, createdAt: toSeconds(createdAt) }
}

export function toIdentity({ subscribedAt, ...shown }: SeenIdentity) {
  return { ...shown, subscribedAt: subscribedAt === null ? null : toSeconds(subscribedAt) }
}
