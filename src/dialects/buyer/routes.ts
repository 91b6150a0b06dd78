import type { FastifyRequest } from 'fastify'
import type { ApiKeyGuard } from '../../http/api-key-guard.ts'
import { createCallerGuard } from '../../http/caller-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { innerPrefix } from '../../http/mount-routing.ts'
import { mountedAppId } from '../../http/mounted-app.ts'
import { registerSurface } from '../../http/surface.ts'
import type { App } from '../../hub/apps/app.ts'
import type { Buyer } from '../../hub/buyers/buyers.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import { fromMemberBody, toBuyerReply, toDataReply, toDone, toErrorReply } from './replies.ts'
import { callerOf, dropEmpty, revealFor, takeAnyCase } from './requests.ts'
import { buyerBody, idList, idQuery, memberBody, openIdQuery } from './schemas.ts'

type BuyerHub = Pick<Hub, 'apps' | 'buyers' | 'sessions'>

/** Contract buyer: the users of an app as its shop sees them, and the members they are bound to. For servers alone. */
export function registerBuyer(http: HttpApp, hub: BuyerHub, keys: ApiKeyGuard): void {
  const { forServers } = createCallerGuard({ ...hub, keys })
  const reading = { onRequest: forServers('members:read') }
  const writing = { onRequest: forServers('members:write'), preValidation: dropEmpty }
  registerSurface(http, { prefix: innerPrefix('buyer'), toErrorReply }, (scope) => {
    scope.addHook('preValidation', takeAnyCase)
    registerReading(scope, hub, reading)
    registerBinding(scope, hub, writing)
    scope.post('/saveuser', { schema: { body: buyerBody }, ...writing }, async (request) => {
      const { id, openId, name, profile: avatarUrl, phone, tenantId } = request.body
      const app = await appOf(hub, request)
      if (tenantId && tenantId !== app.tenantId)
        throw new HubError('forbidden', 'tenantId is of another tenant')
      return toDataReply(await hub.buyers.save(app, { id, openId, name, avatarUrl, phone }))
    })
  })
}

function registerReading(scope: HttpApp, hub: BuyerHub, guard: { onRequest: Guard }): void {
  scope.get('/get', { schema: { querystring: idQuery }, ...guard }, async (request) => {
    const app = await appOf(hub, request)
    return toBuyerReply(found(await hub.buyers.find(app, request.query.id, revealFor(request, 'get'))))
  })

  scope.get('/getbyopenid', { schema: { querystring: openIdQuery }, ...guard }, async (request) => {
    const app = await appOf(hub, request)
    const { openId } = request.query
    return toBuyerReply(found(await hub.buyers.findByOpenId(app, openId, revealFor(request, 'getbyopenid'))))
  })

  scope.post('/getlist', { schema: { body: idList }, ...guard }, async (request) => {
    const app = await appOf(hub, request)
    return (await hub.buyers.list(app, request.body, revealFor(request, 'getlist'))).map(toBuyerReply)
  })
}

function registerBinding(
  scope: HttpApp,
  hub: BuyerHub,
  guard: { onRequest: Guard; preValidation: Guard },
): void {
  const member = { schema: { body: memberBody }, ...guard }
  scope.post('/createmember', member, async (request) => {
    const { wxBuyingUserId: id } = request.body
    const app = await appOf(hub, request)
    return toDataReply(await hub.buyers.register(app, id, fromMemberBody(request.body), callerOf(request)))
  })

  scope.post('/bindmember', member, async (request) => {
    const { wxBuyingUserId: id } = request.body
    const app = await appOf(hub, request)
    return toDataReply(await hub.buyers.bind(app, id, fromMemberBody(request.body), callerOf(request)))
  })

  scope.post('/unbindmember', member, async (request) => {
    await hub.buyers.unbind(await appOf(hub, request), request.body.wxBuyingUserId, callerOf(request))
    return toDone()
  })
}

type Guard = (request: FastifyRequest) => Promise<void>

function appOf({ apps }: BuyerHub, request: FastifyRequest): Promise<App> {
  return apps.get(mountedAppId(request))
}

function found(buyer: Buyer | null): Buyer {
  if (buyer === null) throw new HubError('not_found', 'no such buyer')
  return buyer
}
