export type Task = { dueAt: number; run: () => void }

/** A binary heap: load tests wait for hundreds of thousands of tasks at once. Equal times go in order of arrival. */
export function createTaskQueue() {
  const heap: (Task & { arrival: number })[] = []
  let arrivals = 0

  function isBefore(a: number, b: number): boolean {
    const [one, other] = [heap[a], heap[b]]
    if (one === undefined || other === undefined) return false
    return one.dueAt === other.dueAt ? one.arrival < other.arrival : one.dueAt < other.dueAt
  }

  function swap(a: number, b: number): void {
    const [one, other] = [heap[a], heap[b]]
    if (one === undefined || other === undefined) return
    heap[a] = other
    heap[b] = one
  }

  function rise(index: number): void {
    const parent = (index - 1) >> 1
    if (index === 0 || !isBefore(index, parent)) return
    swap(index, parent)
    rise(parent)
  }

  function sink(index: number): void {
    const left = 2 * index + 1
    const child = isBefore(left + 1, left) ? left + 1 : left
    if (!isBefore(child, index)) return
    swap(index, child)
    sink(child)
  }

  return {
    add(task: Task): void {
      arrivals += 1
      heap.push({ ...task, arrival: arrivals })
      rise(heap.length - 1)
    },
    nextDueAt: (): number | null => heap[0]?.dueAt ?? null,
    /** Removes and returns the first task if its time has come. */
    takeDue(now: number): Task | null {
      const first = heap[0]
      if (first === undefined || first.dueAt > now) return null
      swap(0, heap.length - 1)
      heap.pop()
      sink(0)
      return first
    },
  }
}
