/** Works on all items, so many at once, and begins no more after `closing`. Returns what failed. */
export async function workInParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  { atOnce, closing }: { atOnce: number; closing: AbortSignal },
): Promise<unknown[]> {
  const errors: unknown[] = []
  const waiting = items.values()
  async function workOn(): Promise<void> {
    for (const item of waiting) {
      if (closing.aborted) return
      await work(item).catch((error: unknown) => errors.push(error))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, workOn))
  return errors
}
