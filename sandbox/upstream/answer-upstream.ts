import type { Reply } from '../http/reply.ts'
import { toPlainReply } from '../http/reply.ts'
import type { SandboxRequest } from '../http/request.ts'
import type { Found } from '../http/router.ts'
import type { World } from '../world.ts'
import { createRid } from './rid.ts'
import { UpstreamError } from './upstream-error.ts'
import { toErrorReply, toUpstreamReply } from './upstream-reply.ts'
import type { UpstreamRoute } from './upstream-route.ts'

type Deps = {
  world: World
  find: (method: string, path: string) => Found<UpstreamRoute> | null
  reportBug: (error: unknown) => void
}

/** What WeChat says to a call. Refusals are HTTP 200; even our own bugs look like WeChat being busy. */
export function answerUpstream({ world, find, reportBug }: Deps, request: SandboxRequest): Reply {
  const { method, path } = request
  const found = find(method, path)
  if (found === null) return toPlainReply(404, '404 Not Found')
  try {
    if (found.route === null) throw new UpstreamError(found.methods.includes('GET') ? 43001 : 43002)
    const answer = found.route.answer({ ...request, params: found.params })
    return 'reply' in answer ? (answer.reply as Reply) : toUpstreamReply(path, answer)
  } catch (error) {
    if (!(error instanceof UpstreamError)) reportBug(error)
    const refusal = error instanceof UpstreamError ? error : new UpstreamError(-1)
    return toErrorReply(path, refusal, createRid({ realNow: world.clock.realNow, random: world.random }))
  }
}
