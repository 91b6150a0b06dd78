import type { RefundState } from './refund.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Waits before each further look, by state; the last one repeats for as long as it takes. */
const stepsMs: Partial<Record<RefundState, readonly number[]>> = {
  // Nobody knows whether WeChat has it: the sooner that is known the better.
  requested: [2 * second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute, hour],
  // A wallet takes minutes, a card days, and WeChat notifies.
  processing: [minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour],
  // Until a person has done something about it.
  abnormal: [6 * hour],
}

/** When to look again after so many looks. */
export function nextRefundCheckAt(state: RefundState, checks: number, now: number): number {
  const steps = stepsMs[state] ?? [hour]
  return now + (steps[Math.min(checks, steps.length - 1)] ?? hour)
}
