export type Clock = ReturnType<typeof createClock>

/** Lifetimes follow `now`, which tests move forward; `realNow` is for rids and signed timestamps. */
export function createClock({ realNow }: { realNow: () => number }) {
  let advancedMs = 0
  const listeners: (() => void)[] = []
  return {
    realNow,
    now: () => realNow() + advancedMs,
    advance(ms: number): void {
      advancedMs += ms
      for (const listener of listeners) listener()
    },
    /** Called after each move. */
    onAdvance(listener: () => void): void {
      listeners.push(listener)
    },
    describe: () => ({ now: realNow() + advancedMs, advancedMs }),
  }
}
