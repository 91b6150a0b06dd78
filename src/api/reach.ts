import { canSeeApp, type Principal } from '../hub/api-keys/principal.ts'
import type { App } from '../hub/apps/app.ts'
import type { Apps } from '../hub/apps/apps.ts'
import { HubError } from '../hub/errors.ts'
import type { Mount } from '../hub/mounts/mount.ts'

/** The app, if the key may see it. To others it is an app that does not exist. */
export async function getSeenApp(apps: Pick<Apps, 'get'>, principal: Principal, appId: string): Promise<App> {
  const app = await apps.get(appId)
  if (!canSeeApp(principal, app)) throw new HubError('app_unknown', 'the key does not see this app')
  return app
}

/** A mount is seen by those who see all of its apps; one that is bound to no app, by keys bound to nothing. */
export async function canSeeMount(
  apps: Pick<Apps, 'find'>,
  principal: Principal,
  { appId, officialAppId }: Mount,
): Promise<boolean> {
  if (appId === null) return principal.tenantId === null && principal.apps === null
  for (const id of [appId, officialAppId]) {
    const app = id === null ? null : await apps.find(id)
    if (app !== null && !canSeeApp(principal, app)) return false
  }
  return true
}

/** The tenant that a new thing belongs to: the one that is asked for, if the key may do that; else the key's own. */
export function chooseTenant({ tenantId }: Principal, wanted: number | undefined): number | null {
  if (tenantId === null) return wanted ?? null
  if (wanted !== undefined && wanted !== tenantId) {
    throw new HubError('forbidden', 'the key is for another tenant')
  }
  return tenantId
}
