import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher, Pool } from 'undici'
import type { Deadlines } from './deadlines.ts'

export type RawAnswer = { status: number; body: Buffer; headers: IncomingHttpHeaders }

/** There was no connection: nobody can have got the request. */
export class NotSentError extends Error {}

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
    let answered: IncomingHttpHeaders = {}
    let isOver = false
    let controller: Dispatcher.DispatchController | undefined
    const end = deadlines.add((reason) => {
      isOver = true
      controller?.abort(reason)
      reject(controller === undefined ? new NotSentError('no connection in time', { cause: reason }) : reason)
    })
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started
        // It waited for a connection until its time was over.
        if (isOver) started.abort(new Error('the deadline is over'))
      },
      onResponseStart(_controller, statusCode, headers) {
        status = statusCode
        answered = headers
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        end()
        resolve({ status, body: Buffer.concat(chunks), headers: answered })
      },
      onResponseError(_controller, error) {
        end()
        reject(controller === undefined ? new NotSentError('no connection', { cause: error }) : error)
      },
    })
  })
}
