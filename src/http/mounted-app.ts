import type { FastifyRequest } from 'fastify'
import { HubError } from '../hub/errors.ts'

/** The app that the request's mount binds its contract to. */
export function mountedAppId({ mount }: FastifyRequest): string {
  if (mount?.appId == null) throw new HubError('app_unknown', 'the mount names no app')
  return mount.appId
}
