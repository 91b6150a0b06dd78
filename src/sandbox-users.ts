import { request } from 'undici'
import type { App } from './hub/apps/app.ts'
import type { Hub } from './hub/hub.ts'
import type { EnsuredUser } from './hub/users/ensure-users.ts'

/** `openIds` and `unionIds` by appId. */
type SandboxUser = { name: string; openIds: Record<string, unknown>; unionIds: Record<string, unknown> }

// A sandbox that others use too may know any number of users.
const maxUsers = 100

/** Registers the sandbox's users in those of their apps that the tenant has, before they log in. */
export async function registerSandboxUsers(hub: Hub, sandboxUrl: string, tenantId: number): Promise<void> {
  const users = await fetchSandboxUsers(sandboxUrl)
  const apps = (await hub.apps.list()).filter((app) => app.tenantId === tenantId)
  await hub.users.ensure(users.flatMap((user) => apps.flatMap((app) => toEnsured(user, app))))
}

function toEnsured({ name, openIds, unionIds }: SandboxUser, app: App): EnsuredUser[] {
  const [openId, unionId] = [openIds[app.appId], unionIds[app.appId]]
  if (typeof openId !== 'string') return []
  return [{ name, app, openId, unionId: typeof unionId === 'string' ? unionId : null }]
}

async function fetchSandboxUsers(sandboxUrl: string): Promise<SandboxUser[]> {
  const { statusCode, body } = await request(`${sandboxUrl}/_sandbox/users`, { headersTimeout: 5000 })
  const answer: unknown = await body.json()
  if (statusCode !== 200 || !Array.isArray(answer)) throw new Error('the sandbox lists no users')
  return answer.slice(0, maxUsers).map(parseSandboxUser)
}

function parseSandboxUser({ id, openids, unionids }: Record<string, unknown>): SandboxUser {
  if (typeof id === 'string' && isRecord(openids) && isRecord(unionids)) {
    return { name: id, openIds: openids, unionIds: unionids }
  }
  throw new Error('the sandbox lists a user that the hub does not understand')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
