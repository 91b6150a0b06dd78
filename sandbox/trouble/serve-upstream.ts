import type { Reply } from '../http/reply.ts'
import type { SandboxRequest } from '../http/request.ts'
import type { World } from '../world.ts'
import { applyFault } from './apply-fault.ts'
import type { Fault } from './fault-store.ts'
import { findAppid } from './find-appid.ts'

/** Logs the call, then lets a fault have its way with it. `finish` comes last, after the wait. Null: cut the connection. */
export async function serveUpstream(
  world: World,
  request: SandboxRequest,
  answer: () => Reply,
  finish: (reply: Reply, fault: Fault | null) => Reply = (reply) => reply,
): Promise<Reply | null> {
  const call = world.calls.record(request, world.clock.realNow())
  const fault = world.faults.take(request.path, () => findAppid(world, request))
  const answered = fault === null ? answer() : await applyFault(fault, { world, request, answer })
  const reply = answered === null ? null : finish(answered, fault)
  call.status = reply?.status ?? null
  return reply
}
