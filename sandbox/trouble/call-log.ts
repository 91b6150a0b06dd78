import type { SandboxRequest } from '../http/request.ts'

type Call = {
  at: number
  method: string
  path: string
  search: string
  body: string
  /** Null as long as no answer was sent, and for good when the connection was cut. */
  status: number | null
}

const keptCalls = 10_000
const keptBodyLength = 16 * 1024
const countedPaths = 10_000

export type CallLog = ReturnType<typeof createCallLog>

/** Every upstream call: all are counted, the newest are kept. Written at arrival, so it has to be cheap. */
export function createCallLog() {
  let calls: Call[] = []
  let counts = new Map<string, number>()

  return {
    record({ method, path, search, body }: SandboxRequest, at: number): Call {
      const call = { at, method, path, search, body: shorten(body), status: null }
      calls.push(call)
      if (calls.length >= 2 * keptCalls) calls = calls.slice(-keptCalls)
      const count = counts.get(path) ?? 0
      if (count > 0 || counts.size < countedPaths) counts.set(path, count + 1)
      return call
    },
    list(matches: (path: string) => boolean) {
      const count = [...counts].reduce((sum, [path, times]) => (matches(path) ? sum + times : sum), 0)
      return {
        count,
        calls: calls
          .slice(-keptCalls)
          .filter(({ path }) => matches(path))
          .map(describe),
      }
    },
    clear(): void {
      calls = []
      counts = new Map()
    },
  }
}

/** Copies what it keeps: a slice would hold on to the whole text. */
function shorten(body: string): string {
  return body.length <= keptBodyLength ? body : Buffer.from(body.slice(0, keptBodyLength)).toString()
}

function describe({ at, method, path, search, body, status }: Call) {
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(search)) query[name] ??= value
  return { at, method, path, query, body, status }
}
