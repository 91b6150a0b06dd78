import type { Dispatcher, Pool } from 'undici'
import type { Deadlines } from './deadlines.ts'

/** `date` is the header of that name: WeChat's clock. */
export type RawAnswer = { status: number; body: Buffer; date: string | null }

/**
 * One request and the whole of its answer. By undici's `dispatch`: its `request` makes a stream for each
 * answer, which for bodies of a few hundred bytes costs more than the rest of the call.
 */
export function exchange(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  deadlines: Deadlines,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    let date: string | null = null
    let isOver = false
    let controller: Dispatcher.DispatchController | undefined
    const end = deadlines.add((reason) => {
      isOver = true
      controller?.abort(reason)
      reject(reason)
    })
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started
        // It waited for a connection until its time was over.
        if (isOver) started.abort(new Error('the deadline is over'))
      },
      onResponseStart(_controller, statusCode, headers) {
        status = statusCode
        date = typeof headers.date === 'string' ? headers.date : null
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        end()
        resolve({ status, body: Buffer.concat(chunks), date })
      },
      onResponseError(_controller, error) {
        end()
        reject(error)
      },
    })
  })
}
