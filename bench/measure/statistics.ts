export type Spread = { median: number; low: number; high: number }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? Number.NaN
  return { median: (lower + upper) / 2, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN }
}

/** Round by round, so that what slows down both in one round cancels out. */
export function ratiosOf(ours: readonly number[], others: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value / (others[round] ?? Number.NaN)))
}

/** Least squares: how much a value grows from one to the next. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  let covariance = 0
  let variance = 0
  for (const [index, value] of values.entries()) {
    covariance += (index - middle) * value
    variance += (index - middle) ** 2
  }
  return covariance / variance
}
