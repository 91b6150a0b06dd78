import type { User } from '../../hub/users/search-users.ts'
import { toSeconds } from '../schemas.ts'

export function toUser({ tenantId, createdAt, ...shown }: User) {
  return { ...shown, createdAt: toSeconds(createdAt) }
}
