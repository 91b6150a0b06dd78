import type { Contract, MountOptions } from '../../src/hub/mounts/mount.ts'
import { Secret } from '../../src/secret.ts'
import { makePush } from '../support/push.ts'
import { tester } from '../support/tester.ts'
import { makeBill, makeKey } from './arrange-refund.ts'
import type { CaseApp, CaseHub } from './case-hub.ts'
import type { Given } from './contract-case.ts'
import type { CaseNames } from './fill-names.ts'

export type Envelope = NonNullable<MountOptions['envelope']>

/** How long a session of each contract lives unless it is used. */
const lifetimesMs = {
  commcn: 2 * 3_600_000,
  shares: 2 * 3_600_000,
  control: 72 * 3_600_000,
  boilerplate: 99_999_000,
  buyer: 3_600_000,
}

const basePaths = {
  commcn: '/commcn/api/v1',
  shares: '/shares/api/v1',
  control: '/wx',
  boilerplate: '/boilerplate',
  buyer: '/api/weixin/wxbuyinguser',
}

/** Brings about what a case takes as given, all but its requests; returns what the names stand for. */
export async function arrangeCase(
  hub: CaseHub,
  contract: Contract,
  given: Given,
  envelope: Envelope,
): Promise<CaseNames> {
  const { control } = hub.sandbox
  const name = hub.uniqueName()
  const kind = given.app ?? 'mini_program'
  const app = given.isDefaultMount
    ? await findDefaultApp(hub)
    : await hub.makeApp(kind, given.isBoundToNoPlatform ? false : 'demo')
  const other = await hub.otherApp(kind)
  const official = given.hasOfficialApp ? await hub.makeApp('official_account') : null
  const user = await control('POST', '/users', { id: name, ...given.user })
  const options = { ...(envelope === 'documented' ? {} : { envelope }), ...given.options }
  const base = given.isDefaultMount
    ? basePaths[contract]
    : await mountFor(hub, contract, { app, official }, name, options)
  const token = await makeSession(hub, given.session, { app, other, userId: name, scope: given.scope })
  const codeApp = given.code === 'of another app' ? other : app
  const code = await hub.makeCode(codeApp, name, given.scope)
  if (given.code === 'over') await hub.sandbox.advance(10 * 60_000 + 1000)
  if (given.code === 'used elsewhere') await useElsewhere(hub, app, code)
  if (given.rules !== undefined) await hub.sandbox.rules(given.rules)
  for (const fault of given.faults ?? []) await hub.sandbox.fault(fault)
  const push = { appId: app.appId, mode: 'plain', token: 'pushToken1', aesKey: '' } as const
  if (given.gateway) {
    await hub.hub.apps.change(app.appId, { gateway: { mode: 'plain', token: new Secret(push.token) } })
  }
  const billId = await makeBill(hub, given.bill, { app, other, userId: name })
  return {
    base,
    billId,
    apiKey: await makeKey(hub, given.apiKey, { app, other }),
    push: makePush(push, '', { at: hub.now(), base: '' }).path.slice(1),
    code,
    token,
    appId: app.appId,
    secret: app.secret,
    buyerId: await findIdentityId(hub, token, app),
    tenantId: String((await hub.hub.apps.get(app.appId)).tenantId),
    key: await makeScopedKey(hub, given.key),
    officialAppId: official?.appId ?? 'no official account',
    otherAppId: other.appId,
    otherSecret: other.secret,
    openId: textAt(user.openids, app.appId),
    unionId: textAt(user.unionids, app.appId),
  }
}

async function findDefaultApp(hub: CaseHub): Promise<CaseApp> {
  const { appid, secret } = await hub.sandbox.app('mini_program')
  return { appId: appid, secret, kind: 'mini_program' }
}

async function mountFor(
  hub: CaseHub,
  contract: Contract,
  { app, official }: { app: CaseApp; official: CaseApp | null },
  name: string,
  options: MountOptions,
): Promise<string> {
  // Control is mounted once, and needs no mount of its own.
  if (contract === 'control') return basePaths.control
  // The path of buyer begins with what the others' paths end with.
  const rest = contract === 'buyer' ? basePaths.buyer : basePaths[contract].replace(/^\/\w+/, '')
  const path = `/${name}${rest}`
  const officialAppId = official?.appId ?? null
  await hub.hub.mounts.add({ contract, path, appId: app.appId, officialAppId, options })
  return path
}

type Persons = { app: CaseApp; other: CaseApp; userId: string; scope: string | undefined }

async function makeSession(hub: CaseHub, session: Given['session'], { app, other, userId, scope }: Persons) {
  if (session === undefined) return 'no session was made'
  const { contract, is } = session
  const of = is === 'of another app' ? other : app
  const known = await hub.hub.apps.get(of.appId)
  const code = await hub.makeCode(of, userId, scope)
  const request = { app: known, code, address: '127.0.0.1', contract, lifetimeMs: lifetimesMs[contract] }
  const token = (await hub.hub.logins.complete(request)).token.reveal()
  if (is === 'revoked') await hub.hub.sessions.revoke(token)
  if (is === 'expired') hub.later(lifetimesMs[contract])
  return token
}

async function findIdentityId(hub: CaseHub, token: string, { appId }: CaseApp): Promise<string> {
  const session = await hub.hub.sessions.findLive(token)
  return session?.appId === appId ? String(session.identityId) : 'nobody logged in'
}

async function makeScopedKey(hub: CaseHub, scopes: Given['key']): Promise<string> {
  if (scopes === undefined) return 'no key was made'
  return (await hub.hub.apiKeys.add({ name: 'made for a case', scopes }, tester)).key.reveal()
}

async function useElsewhere(hub: CaseHub, { appId, secret, kind }: CaseApp, code: string): Promise<void> {
  const app = { appid: appId, secret, kind }
  await (kind === 'mini_program' ? hub.sandbox.session(app, code) : hub.sandbox.userToken(app, code))
}

function textAt(value: unknown, key: string): string {
  return String((value as Record<string, unknown>)[key])
}
