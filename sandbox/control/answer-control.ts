import type { Reply } from '../http/reply.ts'
import type { SandboxRequest } from '../http/request.ts'
import type { Found } from '../http/router.ts'
import { ControlError } from './control-error.ts'
import type { ControlRoute } from './control-route.ts'

type Deps = {
  find: (method: string, path: string) => Found<ControlRoute> | null
  reportBug: (error: unknown) => void
}

export async function answerControl({ find, reportBug }: Deps, request: SandboxRequest): Promise<Reply> {
  try {
    const { route, params } = findRoute(find, request)
    const answer = route.answer({ params, query: request.query, body: parseBody(request.body) })
    return toReply(200, await answer)
  } catch (error) {
    if (error instanceof ControlError)
      return toReply(error.status, { error: error.message, ...error.details })
    reportBug(error)
    return toReply(500, { error: 'a bug in the sandbox; see its output' })
  }
}

function findRoute(find: Deps['find'], { method, path }: SandboxRequest) {
  const found = find(method === 'HEAD' ? 'GET' : method, path)
  if (found === null) throw new ControlError(`there is no ${path}`, { status: 404 })
  if (found.route === null)
    throw new ControlError(`${path} takes ${found.methods.join(', ')}`, { status: 405 })
  return found
}

function parseBody(text: string): Record<string, unknown> {
  if (text === '') return {}
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError('body must be a JSON object')
  }
  return value as Record<string, unknown>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ControlError('body is not JSON')
  }
}

export function toReply(status: number, value: unknown): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) }
}
