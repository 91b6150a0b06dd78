import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, canSeeApp, type Principal } from '../../hub/api-keys/principal.ts'
import type { App, GatewayMode } from '../../hub/apps/app.ts'
import type { GatewayInput } from '../../hub/apps/gateway-settings.ts'
import { HubError } from '../../hub/errors.ts'
import { Secret } from '../../secret.ts'
import { listInMemory, pageQuery, readPage } from '../paging.ts'
import { chooseTenant, getSeenApp } from '../reach.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { nothing, query } from '../schemas.ts'
import {
  appChange,
  appPage,
  appParams,
  appReply,
  newApp,
  newSecret,
  secretParams,
  secretReply,
} from './schemas.ts'

export function registerApps(scope: HttpApp, parts: ApiParts): void {
  registerOneApp(scope, parts)
  registerSecrets(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Apps'], querystring: query(pageQuery), response: { 200: appPage } }
  scope.get(
    '/apps',
    { ...access.key('apps'), schema: { summary: 'The apps that the key sees', ...listing } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const calls = await hub.phones.countToday()
      const seen = (await hub.apps.list())
        .filter((app) => canSeeApp(principal, app))
        .map((app) => toReply(scope.ownUrl(), app, calls))
      const order = {
        positionOf: ({ appId }: { appId: string }) => appId,
        isAfter: ({ appId }: { appId: string }, after: string) => appId > after,
      }
      return readPage(hub.cursors, request.query, listInMemory('apps', seen, order))
    },
  )

  const adding = { tags: ['Apps'], body: newApp, response: { 201: appReply } }
  scope.post(
    '/apps',
    { ...access.key('apps', 'conflict'), schema: { summary: 'Sets up an app', ...adding } },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      if (principal.apps !== null) throw new HubError('forbidden', 'the key is limited to the apps it names')
      const { secret, gateway, ...input } = request.body
      const tenantId = await tenantFor(hub, principal, input.tenantId)
      const live = secret === undefined ? null : new Secret(secret)
      const added = { ...input, tenantId, secret: live, gateway: fromGateway(gateway) }
      const app = await hub.apps.add(added, actorOf(principal))
      return reply.status(201).send(toReply(scope.ownUrl(), app, await hub.phones.countToday()))
    },
  )
}

function registerOneApp(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofApp = { tags: ['Apps'], params: appParams }
  scope.get(
    '/apps/:appId',
    {
      ...access.key('apps', 'app_unknown'),
      schema: { summary: 'One app', ...ofApp, response: { 200: appReply } },
    },
    async (request) => {
      const app = await getSeenApp(hub.apps, guardedPrincipal(request), request.params.appId)
      return toReply(scope.ownUrl(), app, await hub.phones.countToday())
    },
  )

  scope.patch(
    '/apps/:appId',
    {
      ...access.key('apps', 'app_unknown'),
      schema: {
        summary: 'Renames an app, limits what it spends, sets up its gateway',
        ...ofApp,
        body: appChange,
        response: { 200: appReply },
      },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { appId } = await getSeenApp(hub.apps, principal, request.params.appId)
      const { gateway, ...others } = request.body
      const change = { ...others, gateway: fromGateway(gateway) }
      const app = await hub.apps.change(appId, change, actorOf(principal))
      return toReply(scope.ownUrl(), app, await hub.phones.countToday())
    },
  )

  const removing = { summary: 'Removes an app that no mount and no user refers to', ...ofApp }
  scope.delete(
    '/apps/:appId',
    {
      ...access.key('apps', 'app_unknown', 'conflict'),
      schema: { ...removing, response: { 204: nothing } },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { appId } = await getSeenApp(hub.apps, principal, request.params.appId)
      await hub.apps.remove(appId, actorOf(principal))
      return reply.status(204).send(null)
    },
  )
}

function registerSecrets(scope: HttpApp, { hub, access }: ApiParts): void {
  const adding = { tags: ['Apps'], params: appParams, body: newSecret, response: { 201: secretReply } }
  scope.post(
    '/apps/:appId/secrets',
    {
      ...access.key('apps', 'app_unknown', 'conflict'),
      schema: { summary: 'Adds a live secret: the first, or a second for a rotation', ...adding },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { appId } = await getSeenApp(hub.apps, principal, request.params.appId)
      const secret = new Secret(request.body.secret)
      const fingerprint = await hub.apps.addSecret(appId, secret, actorOf(principal))
      return reply.status(201).send({ fingerprint })
    },
  )

  const removing = { tags: ['Apps'], params: secretParams, response: { 204: nothing } }
  scope.delete(
    '/apps/:appId/secrets/:fingerprint',
    {
      ...access.key('apps', 'app_unknown', 'not_found', 'conflict'),
      schema: { summary: 'Removes a secret, but not the last one', ...removing },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { appId } = await getSeenApp(hub.apps, principal, request.params.appId)
      await hub.apps.removeSecret(appId, request.params.fingerprint, actorOf(principal))
      return reply.status(204).send(null)
    },
  )
}

/** A key of the instance that names no tenant means the one that is there from the start. */
async function tenantFor(hub: ApiHub, principal: Principal, wanted: number | undefined): Promise<number> {
  return chooseTenant(principal, wanted) ?? (await hub.tenants.ensure()).id
}

type GatewayBody = { mode: GatewayMode; token?: string; encodingAesKey?: string }

function fromGateway(gateway: GatewayBody | null | undefined): GatewayInput | null | undefined {
  if (gateway == null) return gateway
  const { mode, token, encodingAesKey } = gateway
  const toSecret = (text: string | undefined) => (text === undefined ? undefined : new Secret(text))
  return { mode, token: toSecret(token), encodingAesKey: toSecret(encodingAesKey) }
}

/** `ownUrl` is where WeChat reaches the hub. */
function toReply(ownUrl: string, { secrets, gateway, ...app }: App, phoneCalls: ReadonlyMap<string, number>) {
  const { appId, tenantId, kind, name, phoneBudget, verifyFiles } = app
  return {
    appId,
    tenantId,
    kind,
    name,
    phoneBudget,
    phoneCallsToday: phoneCalls.get(appId) ?? 0,
    secrets: secrets.map(({ fingerprint }) => ({ fingerprint })),
    gateway: gateway && { mode: gateway.mode, url: `${ownUrl}/gateway/${appId}` },
    verifyFiles,
  }
}
