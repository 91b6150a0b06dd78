import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { canSeeApp, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Scene } from '../../hub/scenes/scenes.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { toSeconds } from '../schemas.ts'
import { sceneParams, sceneReply } from './schemas.ts'

export function registerScenes(scope: HttpApp, { hub, access }: ApiParts): void {
  const resolving = { tags: ['Mini-program codes'], params: sceneParams, response: { 200: sceneReply } }
  scope.get(
    '/scenes/:id',
    {
      ...access.key('codes:write', 'not_found'),
      schema: { summary: 'The long scene behind a short one', ...resolving },
    },
    async (request) => {
      const scene = await getSeen(hub, guardedPrincipal(request), request.params.id)
      return { ...scene, createdAt: toSeconds(scene.createdAt) }
    },
  )
}

async function getSeen({ scenes, apps }: ApiHub, principal: Principal, id: string): Promise<Scene> {
  const scene = await scenes.find(id)
  const app = scene && (await apps.find(scene.appId))
  if (scene === null || app === null || !canSeeApp(principal, app)) {
    throw new HubError('not_found', 'no such scene for this key')
  }
  return scene
}
