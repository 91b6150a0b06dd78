import { request } from 'undici'
import { type AppKind, appKinds } from './hub/apps/app.ts'
import type { Hub } from './hub/hub.ts'
import type { Contract } from './hub/mounts/mount.ts'
import { Secret } from './secret.ts'

type SandboxApp = { appId: string; kind: AppKind; name: string; secret: Secret }

/** Which contracts a sandbox hub mounts by itself, and on which kind of app. */
const defaultMounts: { contract: Contract; kind: AppKind }[] = [{ contract: 'commcn', kind: 'mini_program' }]

/**
 * Registers the sandbox's apps and mounts the contracts on them. What an operator added or removed stays:
 * a mount is only made together with the first app of its kind.
 */
export async function registerSandboxApps(hub: Hub, sandboxUrl: string): Promise<void> {
  const sandboxApps = await fetchSandboxApps(sandboxUrl)
  const { id: tenantId } = await hub.tenants.ensure()
  const mounted = new Set((await hub.mounts.list()).map((mount) => mount.contract))
  for (const app of sandboxApps) await hub.apps.ensure({ ...app, tenantId })
  for (const { contract, kind } of defaultMounts) {
    const app = sandboxApps.find((one) => one.kind === kind)
    if (app !== undefined && !mounted.has(contract)) await hub.mounts.ensureDefault(contract, app.appId)
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
  return { appId: value.appid, kind, name, secret: new Secret(value.secret) }
}
