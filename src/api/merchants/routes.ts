import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf } from '../../hub/api-keys/principal.ts'
import type { CredentialInput } from '../../hub/merchants/check-merchant.ts'
import type { Merchant } from '../../hub/merchants/merchant.ts'
import { Secret } from '../../secret.ts'
import { listInMemory, pageQuery, readPage } from '../paging.ts'
import type { ApiParts } from '../routes.ts'
import { nothing, query, toSeconds } from '../schemas.ts'
import { canSeeMerchant, getOwnMerchant, getSeenMerchant, tenantOfMerchant } from './reach.ts'
import { merchantChange, merchantPage, merchantParams, merchantReply, newMerchant } from './schemas.ts'

export function registerMerchants(scope: HttpApp, parts: ApiParts): void {
  registerOneMerchant(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Merchants'], querystring: query(pageQuery), response: { 200: merchantPage } }
  scope.get(
    '/merchants',
    { ...access.key('apps'), schema: { summary: 'The merchants that the key sees', ...listing } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const seen = (await hub.merchants.list()).filter((merchant) => canSeeMerchant(principal, merchant))
      const order = {
        positionOf: ({ mchid }: { mchid: string }) => mchid,
        isAfter: ({ mchid }: { mchid: string }, after: string) => mchid > after,
      }
      return readPage(hub.cursors, request.query, listInMemory('merchants', seen.map(toReply), order))
    },
  )

  const adding = { tags: ['Merchants'], body: newMerchant, response: { 201: merchantReply } }
  scope.post(
    '/merchants',
    {
      ...access.key('apps', 'app_unknown', 'conflict'),
      schema: { summary: 'Sets up a merchant of WeChat Pay', ...adding },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { mchid, name, apps } = request.body
      const tenantId = await tenantOfMerchant(hub, principal, request.body)
      const added = { mchid, name, apps, tenantId, ...fromKeys(request.body) }
      return reply.status(201).send(toReply(await hub.merchants.add(added, actorOf(principal))))
    },
  )
}

function registerOneMerchant(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofMerchant = { tags: ['Merchants'], params: merchantParams }
  scope.get(
    '/merchants/:mchid',
    {
      ...access.key('apps', 'merchant_unknown'),
      schema: { summary: 'One merchant', ...ofMerchant, response: { 200: merchantReply } },
    },
    async (request) =>
      toReply(await getSeenMerchant(hub.merchants, guardedPrincipal(request), request.params.mchid)),
  )

  const changing = { ...ofMerchant, body: merchantChange, response: { 200: merchantReply } }
  scope.patch(
    '/merchants/:mchid',
    {
      ...access.key('apps', 'merchant_unknown'),
      schema: { summary: 'Renames a merchant, binds it to apps, replaces its keys', ...changing },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { mchid } = await getOwnMerchant(hub.merchants, principal, request.params.mchid)
      const { name, apps } = request.body
      const change = { name, apps, ...fromKeys(request.body) }
      return toReply(await hub.merchants.change(mchid, change, actorOf(principal)))
    },
  )

  const removing = { ...ofMerchant, response: { 204: nothing } }
  scope.delete(
    '/merchants/:mchid',
    {
      ...access.key('apps', 'merchant_unknown', 'conflict'),
      schema: { summary: 'Removes a merchant that no payment refers to, with its keys', ...removing },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { mchid } = await getOwnMerchant(hub.merchants, principal, request.params.mchid)
      await hub.merchants.remove(mchid, actorOf(principal))
      return reply.status(204).send(null)
    },
  )
}

type Keys = Pick<CredentialInput, 'serial' | 'certificate' | 'publicKey'> & {
  privateKey?: string
  apiV3Key?: string
}

function fromKeys({ serial, certificate, publicKey, privateKey, apiV3Key }: Keys): CredentialInput {
  return {
    serial,
    certificate,
    publicKey,
    privateKey: privateKey === undefined ? undefined : new Secret(privateKey),
    apiV3Key: apiV3Key === undefined ? undefined : new Secret(apiV3Key),
  }
}

function toReply({ mchid, tenantId, name, apps, credential, createdAt }: Merchant) {
  return {
    mchid,
    tenantId,
    name,
    apps: [...apps],
    serial: credential.serial,
    publicKeyId: credential.publicKey?.id ?? null,
    createdAt: toSeconds(createdAt),
  }
}
