export type SingleFlight<T> = ReturnType<typeof createSingleFlight<T>>

/** Callers that ask for the same key while an answer is on its way share that answer, or its error. */
export function createSingleFlight<T>(onJoin: () => void = () => undefined) {
  const flights = new Map<string, Promise<T>>()
  return {
    run(key: string, work: () => Promise<T>): Promise<T> {
      const underWay = flights.get(key)
      if (underWay !== undefined) {
        onJoin()
        return underWay
      }
      const flight = work().finally(() => flights.delete(key))
      flights.set(key, flight)
      return flight
    },
  }
}
