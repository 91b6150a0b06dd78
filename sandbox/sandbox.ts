import { answerControl } from './control/answer-control.ts'
import { createControlRoutes } from './control/control-routes.ts'
import type { Reply } from './http/reply.ts'
import type { SandboxRequest } from './http/request.ts'
import { createRouter } from './http/router.ts'
import { answerPay } from './pay/calls/answer-pay.ts'
import { createPayRoutes } from './pay/calls/pay-routes.ts'
import { signAnswer } from './pay/calls/sign-answer.ts'
import type { RandomBytes } from './random-bytes.ts'
import { serveUpstream } from './trouble/serve-upstream.ts'
import { answerUpstream } from './upstream/answer-upstream.ts'
import { isPayPath } from './upstream/upstream-reply.ts'
import { createUpstreamRoutes } from './upstream/upstream-routes.ts'
import { createWorld } from './world.ts'

type Deps = { realNow: () => number; random: RandomBytes; reportBug: (error: unknown) => void }

export type Sandbox = ReturnType<typeof createSandbox>

/** The world and the two surfaces on it: WeChat's, and the control API. */
export function createSandbox(deps: Deps) {
  let surfaces = createSurfaces(deps, reset, new Map())

  function reset(): void {
    surfaces.stop()
    surfaces = createSurfaces(deps, reset, surfaces.gatewayUrls())
  }

  return {
    upstream: (request: SandboxRequest): Promise<Reply | null> => surfaces.upstream(request),
    control: (request: SandboxRequest): Promise<Reply> => surfaces.control(request),
    /** Ends what would still happen later, such as repeated notifications. */
    stop: (): void => surfaces.stop(),
  }
}

function createSurfaces(deps: Deps, reset: () => void, gatewayUrls: ReadonlyMap<string, string>) {
  const { reportBug } = deps
  const world = createWorld({ ...deps, gatewayUrls })
  const upstream = createRouter(createUpstreamRoutes(world))
  const pay = createRouter(createPayRoutes(world.pay))
  const control = createRouter(createControlRoutes(world, reset))
  return {
    gatewayUrls: world.apps.gatewayUrls,
    stop: () => {
      world.schedule.stop()
      world.pushes.stop()
    },
    upstream: (request: SandboxRequest) =>
      isPayPath(request.path)
        ? serveUpstream(
            world,
            request,
            () => answerPay({ pay: world.pay, find: pay.find, reportBug }, request),
            (reply, fault) => signAnswer(world.pay, request, reply, fault?.tamper),
          )
        : serveUpstream(world, request, () =>
            answerUpstream({ world, find: upstream.find, reportBug }, request),
          ),
    control: (request: SandboxRequest) => answerControl({ find: control.find, reportBug }, request),
  }
}
