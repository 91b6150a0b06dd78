export type Deadlines = ReturnType<typeof createDeadlines>

type Pending = { startedAt: number; expire: (reason: Error) => void }

const sweepMs = 250

/**
 * Ends what takes longer than `totalMs`, give or take a quarter of a second. One timer for all: a timer for
 * each call would live on for seconds after it.
 */
export function createDeadlines(totalMs: number) {
  // In the order of their starts.
  const pending = new Set<Pending>()
  let isArmed = false

  function sweep(): void {
    const now = performance.now()
    for (const one of pending) {
      if (now - one.startedAt < totalMs) break
      pending.delete(one)
      one.expire(new Error(`no whole answer within ${totalMs} ms`))
    }
    isArmed = false
    if (pending.size > 0) arm()
  }

  function arm(): void {
    if (isArmed) return
    isArmed = true
    setTimeout(sweep, sweepMs).unref()
  }

  return {
    /** Returns what is to be called when the work ended by itself. */
    add(expire: (reason: Error) => void): () => void {
      const one = { startedAt: performance.now(), expire }
      pending.add(one)
      arm()
      return () => pending.delete(one)
    },
  }
}
