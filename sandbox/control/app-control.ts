import type { App } from '../apps/app-store.ts'
import { appKinds, gatewayFormats, gatewayModes } from '../apps/app-store.ts'
import { checkGateway } from '../pushes/check-gateway.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRequest, ControlRoute } from './control-route.ts'
import { checkFieldNames, omitUndefined, readBoolean, readOneOf, readText, readTextOrNull } from './fields.ts'
import { getApp } from './user-control.ts'

const path = '/_sandbox/apps'

export function createAppControl(world: World): ControlRoute[] {
  const { apps } = world

  async function change({ body: { checkGateway: wanted, ...body } }: ControlRequest): Promise<App> {
    const app = apps.compose(parseApp(body))
    if (readBoolean({ checkGateway: wanted }, 'checkGateway') !== true) return apps.upsert(app)
    const check = await checkGateway(world, app)
    if (!check.ok) throw new ControlError(`gatewayUrl: ${check.failure}`, { check })
    return apps.upsert(app)
  }

  return [
    { method: 'GET', path, answer: () => apps.list() },
    { method: 'POST', path, answer: change },
    {
      method: 'POST',
      path: `${path}/:appid/check-gateway`,
      answer: ({ params }) => checkGateway(world, getApp(world, params.appid)),
    },
  ]
}

function parseApp(body: Record<string, unknown>) {
  const app = {
    appid: readText(body, 'appid', /^wx[\w-]{4,62}$/),
    secret: readText(body, 'secret', /^[\w-]{1,128}$/),
    kind: readOneOf(body, 'kind', appKinds),
    name: readText(body, 'name'),
    openPlatform: body.openPlatform === false ? null : readTextOrNull(body, 'openPlatform', /^\S+$/),
    ipWhitelist: readTexts(body, 'ipWhitelist'),
    oauthDomain: readTextOrNull(body, 'oauthDomain', /^[^\s/:]+$/),
    pages: readTexts(body, 'pages'),
    templates: readTexts(body, 'templates'),
    gatewayMode: readOneOf(body, 'gatewayMode', gatewayModes),
    token: readText(body, 'token', /^[0-9A-Za-z]{3,32}$/),
    encodingAesKey: readText(body, 'encodingAesKey', /^[0-9A-Za-z]{43}$/),
    gatewayFormat: readOneOf(body, 'gatewayFormat', gatewayFormats),
    gatewayUrl: readGatewayUrl(body),
  }
  checkFieldNames(body, Object.keys(app))
  return omitUndefined(app)
}

function readGatewayUrl(body: Record<string, unknown>): string | null | undefined {
  const url = readTextOrNull(body, 'gatewayUrl', /^https?:\/\/\S+$/)
  if (typeof url === 'string' && !URL.canParse(url)) throw new ControlError('gatewayUrl is no URL')
  return url
}

function readTexts(body: Record<string, unknown>, name: string): string[] | null | undefined {
  const value = body[name]
  if (value === undefined || value === null) return value
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value
  throw new ControlError(`${name} must be an array of texts or null`)
}
