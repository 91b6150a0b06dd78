import { createRateLimit } from '../rate-limit.ts'

/** WeChat draws 5,000 a minute for an app, and each image stays on the disk. */
const max = 500
const windowMs = 24 * 60 * 60 * 1000

/** How many new codes the user behind an identity makes in a day, on this node. Servers (null) are not limited. */
export function createNewCodeLimit(now: () => number) {
  const limit = createRateLimit({ max, windowMs, now })
  return {
    isUsedUp: (identityId: number | null): boolean =>
      identityId !== null && limit.isUsedUp(toCaller(identityId)),

    /** Throws too_many_requests. */
    countOrRefuse(identityId: number | null): void {
      if (identityId !== null) limit.countOrRefuse(toCaller(identityId))
    },
  }
}

function toCaller(identityId: number): string {
  return `identity ${identityId}`
}
