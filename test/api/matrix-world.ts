import type { TestContext } from 'node:test'
import { Secret } from '../../src/secret.ts'
import { makeMerchant } from '../payments/open-money.ts'
import type { StartOptions } from '../support/hub.ts'
import { makeMerchantKeys, toMerchantSecrets } from '../support/merchant-keys.ts'
import { makePush, textMessage, toXml } from '../support/push.ts'
import { tester } from '../support/tester.ts'
import { type ApiHub, adminKey, startApiHub } from './api-hub.ts'

export const credentials = [
  'none',
  'wrongKey',
  'otherTenant',
  'noScope',
  'otherApp',
  'deadSession',
  'otherSession',
] as const

/** Each is wrong in its own way for the things of tenant A. */
export type Credential = (typeof credentials)[number]

export type World = Awaited<ReturnType<typeof startWorld>>

/** Tenant A with one of everything, and callers who should not get at it. */
export async function startWorld(t: TestContext, options: StartOptions) {
  const hub = await startApiHub(t, 'sqlite', options)
  const { tenants, apps, apiKeys, members, merchants, mounts, users, webhooks } = hub.hub
  const { id: tenantId } = await tenants.add('tenant-of-a')
  const { id: otherTenantId } = await tenants.add('tenant-of-b')
  const appId = await hub.makeApp(tenantId, 'mini_program', 'platform-of-a')
  const otherAppOfA = await hub.makeApp(tenantId)
  const appOfB = await hub.makeApp(otherTenantId, 'mini_program', 'platform-of-b')
  const path = '/path-of-a'
  const mount = await mounts.add({ contract: 'commcn', appId, path: `${path}/api/v1` })
  await mounts.add({ contract: 'buyer', appId, path: '/a/api/weixin/wxbuyinguser' })
  await mounts.add({ contract: 'shares', appId, path: '/shares-of-a/api/v1' })
  const officialAppId = await hub.makeApp(tenantId, 'official_account', 'platform-of-a')
  await mounts.add({ contract: 'boilerplate', appId, officialAppId, path: '/boilerplate-of-a' })

  const { token, openId, user } = await hub.logIn(appId, 'u1')
  await users.improveProfile(await hub.identityId(token), { nickname: 'nickname-of-a' })
  const dead = await hub.logIn(appId, 'u1')
  await hub.hub.sessions.revoke(dead.token)
  const other = await hub.logIn(appOfB, 'u2')
  const unionId = String((await users.find(user.id))?.unionId)

  const memberId = await members.create(
    { tenantId, number: 'number-of-a', personal: { name: '甲-of-a', phone: '13800000000' } },
    tester,
  )

  const longScene = `scene-of-a ${'x'.repeat(40)}`
  await hub.hub.scenes.keep(appId, longScene)
  const push = { appId, mode: 'plain', token: 'tokenOfA', aesKey: '' } as const
  const gateway = { mode: push.mode, token: new Secret(push.token) }
  for (const one of [appId, officialAppId]) await apps.change(one, { gateway })
  const pushed = makePush(push, toXml(textMessage(1, 'o_sender', 'message-of-a')))
  await hub.send('POST', pushed.path, { body: pushed.body })
  const [message] = await hub.hub.messages.list({ before: null, limit: 1 }, { tenantId, apps: null })

  const money = await sellBill(hub, { tenantId, appId, mountId: mount.id })
  const key = await apiKeys.add({ name: 'key-of-a', scopes: ['admin'], tenantId }, tester)
  const { webhook } = await webhooks.add(
    tenantId,
    {
      name: 'webhook-of-a',
      url: 'https://example.com/url-of-a',
      apps: [appId],
      kinds: null,
      events: null,
    },
    tester,
  )
  const [first, second, third] = ['1900000101', '1900000102', '1900000103']
  const keys = await makeMerchantKeys()
  for (const mchid of [first, second]) {
    await merchants.add({ mchid, name: 'merchant-of-a', tenantId, apps: [appId], ...toMerchantSecrets(keys) })
  }
  const fingerprint = await apps.addSecret(appId, new Secret(`second-secret-${'x'.repeat(16)}`))
  const given: Record<Credential | 'admin' | 'session', string | null> = {
    admin: adminKey,
    session: token,
    none: null,
    wrongKey: `whk_${'w'.repeat(43)}`,
    otherTenant: await hub.makeKey({ tenantId: otherTenantId }),
    noScope: await hub.makeKey({ tenantId, scopes: ['audit:read'] }),
    otherApp: await hub.makeKey({ apps: [otherAppOfA] }),
    deadSession: dead.token,
    otherSession: other.token,
  }
  return {
    hub,
    given,
    tenantId,
    appId,
    path,
    mountId: mount.id,
    mchid: first,
    spareMchid: second,
    newMerchant: { mchid: third, name: 'new', ...keys },
    keyId: key.id,
    webhookId: webhook.id,
    messageId: message?.id,
    ...money,
    memberId,
    userId: user.id,
    token,
    openId,
    fingerprint,
    shortScene: await hub.hub.scenes.shorten(appId, longScene),
    spareAppId: await hub.makeApp(tenantId),
    spareTenantId: (await tenants.add('spare')).id,
    /** What only tenant A may see. */
    marks: [
      'tenant-of-a',
      'nickname-of-a',
      'key-of-a',
      'message-of-a',
      'bill-of-a',
      'scene-of-a',
      'webhook-of-a',
      'merchant-of-a',
      'number-of-a',
      'url-of-a',
      path,
      openId,
      unionId,
    ],
  }
}

/** A merchant, a payment and a refund of tenant A. */
async function sellBill(
  hub: ApiHub,
  { tenantId, appId, mountId }: { tenantId: number; appId: string; mountId: number },
) {
  const { control } = hub.sandbox
  const { mchid } = await makeMerchant(hub.hub, hub.sandbox, { tenantId, apps: [appId] })
  await hub.hub.mounts.change(mountId, { options: { mchid } })
  await control('POST', '/rules', { refundSpacingMs: 0 })
  await control('POST', '/payments', {
    mchid,
    appid: appId,
    userId: 'u1',
    outTradeNo: 'bill-of-a',
    total: 100,
  })
  const { json } = await hub.call('POST', '/refunds', { billId: 'bill-of-a', fee: 3, mchid })
  if (json.id === undefined) throw new Error(JSON.stringify(json))
  return { payMchid: mchid, refundId: json.id }
}
