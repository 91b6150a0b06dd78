import { createBoundedMap } from '../hub/bounded-map.ts'

const silentMs = 60_000
const maxKnown = 1000

type OnError = (name: string, error: unknown) => void

/** Tells an error of a job once a minute: with the database out, a job that runs each 400 ms would fill the log. */
export function tellOnceAMinute(onError: OnError, now: () => number): OnError {
  const toldAt = createBoundedMap<string, number>(maxKnown)
  return (name, error) => {
    const key = `${name}: ${error instanceof Error ? error.message : ''}`
    const last = toldAt.get(key)
    if (last !== undefined && Math.abs(now() - last) < silentMs) return
    toldAt.set(key, now())
    onError(name, error)
  }
}
