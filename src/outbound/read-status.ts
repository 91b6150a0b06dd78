import type { Dispatcher } from 'undici'
import { toUnreachable, Unreachable } from './unreachable.ts'

/** Read so that the connection can be used again; beyond it is cut. Nothing of an answer's body is kept. */
const maxAnswerBytes = 65_536

/** `retryAfter` is the header of that name. */
export type TargetAnswer = { status: number; retryAfter: string | null }

type Limits = { totalMs: number; signal: AbortSignal }

/** Sends a request and tells the status of its answer. A body that is too long or too slow changes nothing of it. */
export function readStatus(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { totalMs, signal }: Limits,
): Promise<TargetAnswer> {
  return new Promise((resolve, reject) => {
    let answer: TargetAnswer | null = null
    let bytes = 0
    let controller: Dispatcher.DispatchController | undefined
    let cut: Error | null = null

    function settle(error: unknown): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      if (answer === null) reject(toUnreachable(error))
      else resolve(answer)
    }
    function end(reason: Error): void {
      cut = reason
      controller?.abort(reason)
      settle(reason)
    }
    const stop = (): void => end(new Unreachable('stopped'))
    const timer = setTimeout(() => end(new Unreachable('timeout')), totalMs)
    signal.addEventListener('abort', stop)
    if (signal.aborted) return stop()

    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started
        // It waited for a connection until its time was over.
        if (cut !== null) started.abort(cut)
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return
        const { 'retry-after': retryAfter } = headers
        answer = { status, retryAfter: typeof retryAfter === 'string' ? retryAfter : null }
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length
        if (bytes > maxAnswerBytes) end(new Unreachable('answer_cut'))
      },
      onResponseEnd: () => settle(null),
      onResponseError: (_controller, error) => settle(error),
    })
  })
}
