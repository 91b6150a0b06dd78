import type { IncomingMessage, ServerResponse } from 'node:http'
import { toReply } from '../control/answer-control.ts'
import type { Sandbox } from '../sandbox.ts'
import { isLoopbackCaller } from './loopback.ts'
import { hasBody, readBody } from './read-body.ts'
import type { Reply } from './reply.ts'
import { sendReply, toPlainReply } from './reply.ts'
import type { Target } from './request.ts'
import { parseTarget, toSandboxRequest } from './request.ts'

/** Reads a call, gives it to the surface that its path belongs to, and sends what that answers. */
export function createListener(sandbox: Sandbox, reportBug: (error: unknown) => void) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    message.on('error', () => response.destroy())
    answer(sandbox, message)
      .then((reply) => (reply === null ? response.destroy() : sendReply(response, reply)))
      .catch((error: unknown) => {
        reportBug(error)
        response.destroy()
      })
  }
}

async function answer(sandbox: Sandbox, message: IncomingMessage): Promise<Reply | null> {
  const target = parseTarget(message.url ?? '/')
  const forControl = isControlPath(target)
  if (forControl && !isLoopbackCaller(message)) return toReply(403, { error: 'loopback callers only' })
  const body = hasBody(message) ? await readBody(message) : ''
  if (body === null)
    return { ...toPlainReply(413, '413 Request Entity Too Large'), headers: { Connection: 'close' } }
  const request = toSandboxRequest(message, target, body)
  return forControl ? sandbox.control(request) : sandbox.upstream(request)
}

function isControlPath({ path }: Target): boolean {
  return path === '/_sandbox' || path.startsWith('/_sandbox/')
}
