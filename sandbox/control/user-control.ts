import type { App } from '../apps/app-store.ts'
import type { User } from '../users/user-store.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRoute } from './control-route.ts'
import { describeUser } from './describe-user.ts'
import {
  checkFieldNames,
  omitUndefined,
  readBoolean,
  readNumber,
  readText,
  readTextOrNull,
} from './fields.ts'

const path = '/_sandbox/users'

export function createUserControl(world: World): ControlRoute[] {
  const { users } = world
  return [
    { method: 'GET', path, answer: () => users.list().map((user) => describeUser(world, user)) },
    {
      method: 'POST',
      path,
      answer: ({ body }) => describeUser(world, users.upsert(parseUser(body))),
    },
  ]
}

export function getUser({ users }: Pick<World, 'users'>, id: string | undefined): User {
  const user = users.find(id ?? '')
  if (user === null) throw new ControlError(`there is no user ${id}`, { status: 404 })
  return user
}

export function getApp({ apps }: Pick<World, 'apps'>, appid: string | undefined): App {
  if (appid === undefined) throw new ControlError('appid is missing')
  const app = apps.find(appid)
  if (app === null) throw new ControlError(`appid ${appid} is not known here; see GET /_sandbox/apps`)
  return app
}

function parseUser(body: Record<string, unknown>) {
  const user = {
    id: readText(body, 'id', /^[\w-]{1,64}$/),
    nickname: readText(body, 'nickname'),
    gender: readNumber(body, 'gender', { max: 2 }),
    city: readText(body, 'city'),
    province: readText(body, 'province'),
    country: readText(body, 'country'),
    language: readText(body, 'language'),
    avatarUrl: readText(body, 'avatarUrl'),
    phone: readTextOrNull(body, 'phone', /^(\+\d{1,3}[ -]?)?\d{5,15}$/),
    virtual: readBoolean(body, 'virtual'),
    blocked: readBoolean(body, 'blocked'),
  }
  checkFieldNames(body, Object.keys(user))
  return omitUndefined(user)
}
