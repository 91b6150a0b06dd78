export type Clock = ReturnType<typeof createClock>

/** Lifetimes follow `now`, which tests move forward; `realNow` is for rids and signed timestamps. */
export function createClock({ realNow }: { realNow: () => number }) {
  let advancedMs = 0
  return {
    realNow,
    now: () => realNow() + advancedMs,
    advance(ms: number): void {
      advancedMs += ms
    },
    describe: () => ({ now: realNow() + advancedMs, advancedMs }),
  }
}
