import type { Static } from 'typebox'
import type { HttpApp } from '../../http/http.ts'
import { HubError } from '../../hub/errors.ts'
import type { Mount } from '../../hub/mounts/mount.ts'
import type { CodeRequest } from '../../hub/qr-codes/parse-code.ts'
import { SceneRefused } from '../../hub/scenes/check-scene.ts'
import { CodeNotMade, ParameterMissing } from './errors.ts'
import type { codeBody } from './schemas.ts'

type CodeBody = Static<typeof codeBody>

export function fromCodeBody(body: CodeBody, mount: Mount | null): CodeRequest {
  if (!body.scene) throw new ParameterMissing('scene')
  return {
    scene: body.scene,
    page: body.page,
    widthPx: body.width,
    isAutoColoured: body.autoColor,
    lineColour: readColour(body.lineColor),
    isTransparent: body.isHyaline,
    isPageChecked: body.checkPath,
    envVersion: body.envVersion,
    takesLongScene: mount?.options.longScenes,
  }
}

/** The document has one number for a scene of the wrong length and for a body that is not JSON. */
export function refuseUnreadableBody(http: HttpApp) {
  return (error: unknown): never => {
    if (error instanceof HubError) throw error
    const hubError = http.toHubError(error)
    throw hubError.code === 'bad_request' ? new SceneRefused('the body is not JSON') : hubError
  }
}

export function toCodeNotMade(error: unknown): never {
  const isUnanswered =
    error instanceof HubError && error.code === 'upstream_unavailable' && error.upstream === null
  throw isUnanswered ? new CodeNotMade(error) : error
}

function readColour(given: CodeBody['lineColor']): CodeRequest['lineColour'] {
  if (given === undefined || given === '') return undefined
  const colour: unknown = typeof given === 'string' ? parseJson(given) : given
  return { r: readPart(colour, 'r'), g: readPart(colour, 'g'), b: readPart(colour, 'b') }
}

/** Decimal, as a number or as a text; the hub checks the range. */
function readPart(colour: unknown, name: string): number {
  const part: unknown = Reflect.get(Object(colour), name)
  if (typeof part === 'number') return part
  if (typeof part === 'string' && /^\d{1,3}$/.test(part)) return Number(part)
  throw new HubError('bad_request', `lineColor.${name} is no number`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HubError('bad_request', 'lineColor is no JSON')
  }
}
