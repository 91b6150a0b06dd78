import { request } from 'undici'
import { type AppKind, appKinds, gatewayModes } from './hub/apps/app.ts'
import type { GatewayInput } from './hub/apps/gateway-settings.ts'
import type { Hub } from './hub/hub.ts'
import type { Contract } from './hub/mounts/mount.ts'
import { registerSandboxMerchants } from './sandbox-merchants.ts'
import { registerSandboxUsers } from './sandbox-users.ts'
import { Secret } from './secret.ts'

type SandboxApp = {
  appId: string
  kind: AppKind
  name: string
  secret: Secret
  gateway: GatewayInput | undefined
}

/** Which contracts a sandbox hub mounts by itself, and on which kind of app. */
const defaultMounts: { contract: Contract; kind: AppKind; officialKind?: AppKind }[] = [
  { contract: 'commcn', kind: 'mini_program' },
  { contract: 'shares', kind: 'mini_program' },
  { contract: 'boilerplate', kind: 'mini_program', officialKind: 'official_account' },
  { contract: 'buyer', kind: 'mini_program' },
]

/** Registers the sandbox's apps, merchants and users and mounts the contracts on them. What an operator added or removed stays. */
export async function registerSandboxApps(hub: Hub, sandboxUrl: string): Promise<void> {
  const sandboxApps = await fetchSandboxApps(sandboxUrl)
  const { id: tenantId } = await hub.tenants.ensure()
  const mounted = new Set((await hub.mounts.list()).map((mount) => mount.contract))
  for (const app of sandboxApps) await hub.apps.ensure({ ...app, tenantId })
  await registerSandboxMerchants(hub, sandboxUrl, tenantId)
  await registerSandboxUsers(hub, sandboxUrl, tenantId)
  const appIdOf = (kind: AppKind | undefined) => sandboxApps.find((app) => app.kind === kind)?.appId ?? null
  for (const { contract, kind, officialKind } of defaultMounts) {
    const appId = appIdOf(kind)
    if (appId === null || mounted.has(contract)) continue
    await hub.mounts.ensureDefault(contract, appId, appIdOf(officialKind))
  }
}

/**
 * Tells the sandbox where it shall bring messages: here. Where hubs share a sandbox the newest to start gets them.
 * `hubUrl` has no slash at its end.
 */
export async function announceGateways(hub: Hub, sandboxUrl: string, hubUrl: string): Promise<void> {
  for (const { appId, gateway } of await fetchSandboxApps(sandboxUrl)) {
    if (gateway === undefined || (await hub.apps.find(appId)) === null) continue
    const told = { appid: appId, gatewayUrl: `${hubUrl}/gateway/${appId}` }
    const { statusCode, body } = await request(`${sandboxUrl}/_sandbox/apps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(told),
      headersTimeout: 5000,
    })
    await body.dump()
    if (statusCode !== 200) throw new Error('the sandbox does not take the URL of our gateway')
  }
}

async function fetchSandboxApps(sandboxUrl: string): Promise<SandboxApp[]> {
  const { statusCode, body } = await request(`${sandboxUrl}/_sandbox/apps`, { headersTimeout: 5000 })
  const answer: unknown = await body.json()
  if (statusCode !== 200 || !Array.isArray(answer)) throw new Error('there is no sandbox at the given URL')
  return answer.map(parseSandboxApp)
}

function parseSandboxApp(value: Record<string, unknown>): SandboxApp {
  const kind = appKinds.find((known) => known === value.kind)
  if (kind === undefined || typeof value.appid !== 'string' || typeof value.secret !== 'string') {
    throw new Error('the sandbox lists an app that the hub does not understand')
  }
  const name = typeof value.name === 'string' ? value.name : ''
  const secret = new Secret(value.secret)
  return { appId: value.appid, kind, name, secret, gateway: parseGateway(value) }
}

/** What the sandbox does not tell is not set up here. */
function parseGateway({ gatewayMode, token, encodingAesKey }: Record<string, unknown>) {
  const mode = gatewayModes.find((known) => known === gatewayMode)
  if (mode === undefined || typeof token !== 'string') return undefined
  const key = typeof encodingAesKey === 'string' ? new Secret(encodingAesKey) : undefined
  return { mode, token: new Secret(token), encodingAesKey: key }
}
