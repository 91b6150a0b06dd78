import type { Reply } from '../http/reply.ts'
import type { SandboxRequest } from '../http/request.ts'

export type UpstreamRequest = SandboxRequest & { params: Record<string, string> }

/** One call of WeChat. `answer` gives the JSON of a success and throws an UpstreamError otherwise. */
export type UpstreamRoute = {
  method: 'GET' | 'POST' | 'ANY'
  path: string
  answer(request: UpstreamRequest): object | { reply: Reply }
}
