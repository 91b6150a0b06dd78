import type { App } from '../apps/app-store.ts'
import type { Rules } from '../rules.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

export type WxacodeStore = ReturnType<typeof createWxacodeStore>

/** Counts for life: no clear_quota gives these back. */
export function createWxacodeStore({ rules }: { rules: Rules }) {
  const used = new Map<string, number>()
  const unpublished = new Map<string, Set<string>>()

  return {
    /** Codes that the app has made with the two limited calls, this one included. */
    countLimited({ appid }: App): number {
      const count = (used.get(appid) ?? 0) + 1
      if (count > (rules.wxacodeLimit ?? Number.POSITIVE_INFINITY)) throw new UpstreamError(45029)
      used.set(appid, count)
      return count
    },
    /** Without check_path a page may be missing, but not too many different ones. */
    countUnpublished({ appid, pages }: App, page: string): void {
      if (pages?.includes(page)) return
      const known = unpublished.get(appid) ?? new Set()
      if (!known.has(page) && known.size >= (rules.unpublishedPageLimit ?? Number.POSITIVE_INFINITY))
        throw new UpstreamError(45029)
      unpublished.set(appid, known.add(page))
    },
  }
}
