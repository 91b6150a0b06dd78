import { authorize } from '../oauth/authorize.ts'
import { PageError } from '../oauth/page-error.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRoute } from './control-route.ts'
import { checkFieldNames, readBoolean, readText, required } from './fields.ts'
import { getUser } from './user-control.ts'

/** The user opens a consent page, which no browser is needed for. */
export function createAuthorizeControl(world: World): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/_sandbox/users/:id/authorize',
      answer({ params, body }) {
        const user = getUser(world, params.id)
        checkFieldNames(body, ['url', 'deny'])
        const url = required(readText(body, 'url'), 'url')
        const deny = readBoolean(body, 'deny') ?? false
        return { location: catchPageError(() => authorize(world, { url, user, deny })) }
      },
    },
  ]
}

function catchPageError(open: () => string): string {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof PageError)) throw error
    throw new ControlError(`url: ${error.message}`, { errcode: error.errcode })
  }
}
