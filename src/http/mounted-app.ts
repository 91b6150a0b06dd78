import type { FastifyRequest } from 'fastify'
import { HubError } from '../hub/errors.ts'
import type { Mount } from '../hub/mounts/mount.ts'

/** The app that the request's mount binds its contract to. */
export function mountedAppId({ mount }: FastifyRequest): string {
  if (mount?.appId == null) throw new HubError('app_unknown', 'the mount names no app')
  return mount.appId
}

/** The official account that the request's mount binds beside its app. */
export function mountedOfficialAppId({ mount }: FastifyRequest): string {
  if (mount?.officialAppId == null) throw new HubError('app_unknown', 'the mount names no official account')
  return mount.officialAppId
}

/** The mount itself, on surfaces that nothing else leads to. */
export function requireMount({ mount }: FastifyRequest): Mount {
  if (mount === null) throw new HubError('internal', 'a mounted route without a mount')
  return mount
}
