import type { Reply } from '../http/reply.ts'
import type { SandboxRequest } from '../http/request.ts'
import type { World } from '../world.ts'
import { applyFault } from './apply-fault.ts'
import { findAppid } from './find-appid.ts'

/** Logs the call, then lets a fault have its way with it. Null: cut the connection. */
export async function serveUpstream(
  world: World,
  request: SandboxRequest,
  answer: () => Reply,
): Promise<Reply | null> {
  const call = world.calls.record(request, world.clock.realNow())
  const fault = world.faults.take(request.path, () => findAppid(world, request))
  const reply = fault === null ? answer() : await applyFault(fault, { world, request, answer })
  call.status = reply?.status ?? null
  return reply
}
