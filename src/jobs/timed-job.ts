/** One piece of timed work. The next run begins `everyMs` after the last one ended; `closing` asks a long one to stop. */
export type TimedJob = { name: string; everyMs: number; run: (closing: AbortSignal) => Promise<void> }

export type RunningJob = { close: () => Promise<void> }

/** Runs a job until it is closed; closing waits for a run that is under way. */
export function startTimedJob(job: TimedJob, onError: (name: string, error: unknown) => void): RunningJob {
  let timer: NodeJS.Timeout | undefined
  const closing = new AbortController()
  let underWay: Promise<void> = Promise.resolve()

  async function runOnce(): Promise<void> {
    try {
      await job.run(closing.signal)
    } catch (error) {
      onError(job.name, error)
    }
    schedule()
  }
  function schedule(): void {
    if (closing.signal.aborted) return
    timer = setTimeout(() => {
      underWay = runOnce()
    }, job.everyMs)
    timer.unref()
  }

  schedule()
  return {
    async close() {
      closing.abort()
      clearTimeout(timer)
      await underWay
    },
  }
}
