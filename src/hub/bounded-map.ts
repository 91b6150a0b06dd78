export type BoundedMap<K, V> = ReturnType<typeof createBoundedMap<K, V>>

/** A map that forgets its oldest entries beyond `maxSize`. */
export function createBoundedMap<K, V>(maxSize: number) {
  const entries = new Map<K, V>()
  return {
    get: (key: K): V | undefined => entries.get(key),
    set(key: K, value: V): void {
      entries.delete(key)
      if (entries.size >= maxSize) {
        const { value: oldest, done } = entries.keys().next()
        if (!done) entries.delete(oldest)
      }
      entries.set(key, value)
    },
    delete: (key: K): boolean => entries.delete(key),
    clear: (): void => entries.clear(),
  }
}
