const minute = 60_000
const hour = 60 * minute

/**
 * How long after so many looks the next one is made. WeChat notifies, too: these are for what got lost. The last
 * step repeats.
 */
const stepsMs = [minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour]

export function nextCheckAt(checks: number, now: number): number {
  return now + (stepsMs[Math.min(checks, stepsMs.length - 1)] ?? 6 * hour)
}
