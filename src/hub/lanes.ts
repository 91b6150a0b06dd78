export type Lanes = ReturnType<typeof createLanes>

/** Work on one thing is done in the order in which it came, one after the other; on different things side by side. */
export function createLanes() {
  const ends = new Map<string | number, Promise<unknown>>()
  return {
    async run<T>(thing: string | number, work: () => Promise<T>): Promise<T> {
      const before = ends.get(thing)
      const { promise: end, resolve } = Promise.withResolvers<void>()
      ends.set(thing, end)
      try {
        await before
        return await work()
      } finally {
        resolve()
        if (ends.get(thing) === end) ends.delete(thing)
      }
    },
  }
}
