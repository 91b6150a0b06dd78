import type { Clock } from '../clock.ts'
import type { Rules } from '../rules.ts'

/** A server that fails again and again is left alone for a minute. */
export function createMarkFail({ clock, rules }: { clock: Clock; rules: Rules }) {
  const failures = new Map<string, number>()
  const markedUntil = new Map<string, number>()

  return {
    isMarked: (url: string): boolean => (markedUntil.get(url) ?? 0) > clock.now(),
    count(url: string, succeeded: boolean): void {
      const inARow = succeeded ? 0 : (failures.get(url) ?? 0) + 1
      const isTooMany = rules.pushFailureLimit !== null && inARow >= Math.max(1, rules.pushFailureLimit)
      if (isTooMany) markedUntil.set(url, clock.now() + rules.markFailMs)
      if (inARow === 0 || isTooMany) failures.delete(url)
      else failures.set(url, inARow)
    },
  }
}
