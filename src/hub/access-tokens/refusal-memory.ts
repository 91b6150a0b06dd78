import { type ErrorCode, HubError } from '../errors.ts'

/** Refusals that asking again does not mend: an operator must, or time. */
const lasting = new Set<ErrorCode>(['app_misconfigured', 'upstream_limited', 'upstream_refused'])

/** Repeats a lasting refusal to whoever asks within `keepMs`, in place of asking WeChat for every request. */
export function createRefusalMemory({ keepMs, now }: { keepMs: number; now: () => number }) {
  const refusals = new Map<string, { error: HubError; until: number }>()
  return {
    async run<T>(key: string, work: () => Promise<T>): Promise<T> {
      const known = refusals.get(key)
      if (known !== undefined && known.until > now()) throw known.error
      try {
        return await work()
      } catch (error) {
        if (error instanceof HubError && lasting.has(error.code)) {
          refusals.set(key, { error, until: now() + keepMs })
        }
        throw error
      }
    },
  }
}
