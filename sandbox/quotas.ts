import type { Clock } from './clock.ts'

const windowsMs = { second: 1000, minute: 60_000, day: 86_400_000, month: 30 * 86_400_000 }

export type Quotas = ReturnType<typeof createQuotas>

/** Counts calls in windows that begin with the first call, so that no test meets midnight. */
export function createQuotas({ clock }: { clock: Clock }) {
  const windows = new Map<string, { used: number; endsAt: number }>()
  return {
    /** Counts one call of the app; false when the limit is used up. */
    take(appid: string, call: string, limit: number | null, window: keyof typeof windowsMs): boolean {
      if (limit === null) return true
      const key = `${appid} ${call} ${window}`
      const now = clock.now()
      let counted = windows.get(key)
      if (counted === undefined || counted.endsAt <= now) {
        counted = { used: 0, endsAt: now + windowsMs[window] }
        windows.set(key, counted)
      }
      if (counted.used >= limit) return false
      counted.used += 1
      return true
    },
    /** What clear_quota does: the daily and minute counters of the app begin anew. */
    clear(appid: string): void {
      for (const key of windows.keys()) {
        if (key.startsWith(`${appid} `) && !key.endsWith(' month')) windows.delete(key)
      }
    },
  }
}
