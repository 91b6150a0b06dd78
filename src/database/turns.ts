/** A queue of one: `take` waits until everybody before has called `pass`. */
export function createTurns() {
  let isTaken = false
  const waiting: (() => void)[] = []
  return {
    isTaken: (): boolean => isTaken,

    async take(): Promise<void> {
      if (!isTaken) {
        isTaken = true
        return
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    },
    pass(): void {
      const next = waiting.shift()
      if (next === undefined) isTaken = false
      else next()
    },
  }
}
