import type { Clock } from './clock.ts'
import { createTaskQueue } from './task-queue.ts'

const longestTimerMs = 2 ** 31 - 1

export type Schedule = ReturnType<typeof createSchedule>

/**
 * What happens later by the clock of the sandbox: by itself when the time has come, or at once when the
 * clock is moved past it. Nothing waits for it: the process may end.
 */
export function createSchedule({ clock }: { clock: Clock }) {
  const queue = createTaskQueue()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  clock.onAdvance(runDue)

  function runDue(): void {
    if (isStopped) return
    const now = clock.now()
    for (let task = queue.takeDue(now); task !== null; task = queue.takeDue(now)) task.run()
    setTimer()
  }

  function setTimer(): void {
    clearTimeout(timer)
    const next = queue.nextDueAt()
    if (next === null) return
    const waitMs = Math.max(0, next - clock.now())
    timer = setTimeout(runDue, Math.min(waitMs, longestTimerMs)).unref()
  }

  return {
    at(dueAt: number, run: () => void): void {
      if (isStopped) return
      queue.add({ dueAt, run })
      if (queue.nextDueAt() === dueAt) setTimer()
    },
    stop(): void {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
