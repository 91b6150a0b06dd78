import { setTimeout as sleep } from 'node:timers/promises'
import type { Reply } from '../http/reply.ts'
import { withoutBody } from '../http/reply.ts'
import type { SandboxRequest } from '../http/request.ts'
import { createRid } from '../upstream/rid.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { contentTypeOf, toErrorReply } from '../upstream/upstream-reply.ts'
import type { World } from '../world.ts'
import type { Fault } from './fault-store.ts'

/**
 * Answers with the fault, or null for a cut connection. Work is done before the wait, as behind a slow
 * network, so that late answers carry old news.
 */
export async function applyFault(
  fault: Fault,
  { world, request, answer }: { world: World; request: SandboxRequest; answer: () => Reply },
): Promise<Reply | null> {
  const reply = fault.drop === 'before' ? null : (toFaultReply(fault, world, request.path) ?? answer())
  if (fault.latencyMs !== undefined) await sleep(fault.latencyMs, undefined, { ref: false })
  return fault.drop === undefined ? reply : null
}

function toFaultReply(fault: Fault, { clock, random }: World, path: string): Reply | null {
  const { errcode, errmsg, status, body } = fault
  if (errcode !== undefined) {
    const rid = createRid({ realNow: clock.realNow, random })
    return toErrorReply(path, new UpstreamError(errcode, errmsg), rid)
  }
  if (status === undefined && body === undefined) return null
  const text = withoutBody.includes(status ?? 200)
    ? ''
    : (body ?? `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`)
  const contentType = text.trimStart().startsWith('<') ? 'text/html' : contentTypeOf(path)
  return { status: status ?? 200, contentType, body: text }
}
