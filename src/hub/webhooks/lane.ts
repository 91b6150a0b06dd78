/** An attempt that was claimed and is to be made. */
export type Task = () => Promise<void>

export type Lane = ReturnType<typeof createLane>

/** Attempts under way to one webhook, on one node: one that hangs takes no more than its own share. */
const maxAtOnce = 8

type Deps = {
  /** Up to `limit` tasks that are due now. */
  claim: (limit: number) => Promise<Task[]>
  onError: (error: unknown) => void
}

/** The share of one webhook: claims no more than it can begin at once, so that nothing waits in memory. */
export function createLane({ claim, onError }: Deps) {
  const running = new Set<Promise<void>>()
  let filling: Promise<void> | null = null
  let isWanted = false
  let isClosed = false

  async function fillUp(): Promise<void> {
    while (!isClosed && running.size < maxAtOnce) {
      isWanted = false
      const limit = maxAtOnce - running.size
      const tasks = await claim(limit)
      for (const task of tasks) begin(task)
      // Somebody asked meanwhile: this look may have been too early for what they stored.
      if (tasks.length < limit && !isWanted) return
    }
  }

  function begin(task: Task): void {
    const done: Promise<void> = task()
      .catch(onError)
      .finally(() => {
        running.delete(done)
        // Half of the places at a time: a claim for each delivery would cost as much as the delivery.
        if (running.size <= maxAtOnce / 2) fill()
      })
    running.add(done)
  }

  function fill(): void {
    isWanted = true
    if (isClosed || filling !== null) return
    filling = fillUp()
      .catch(onError)
      .finally(() => {
        filling = null
      })
  }

  return {
    /** Begins what is due and fits. */
    fill,

    /** Claims nothing more; resolves when all that was begun has ended. */
    async close(): Promise<void> {
      isClosed = true
      await filling
      await Promise.all(running)
    },
  }
}
