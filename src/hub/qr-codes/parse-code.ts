import { sha256 } from '../../sha256.ts'
import {
  type Colour,
  type EnvVersion,
  envVersions,
  type MiniProgramCode,
} from '../../wechat/mini-program-codes.ts'
import { HubError } from '../errors.ts'
import { checkScene } from '../scenes/check-scene.ts'

/** What a caller may say of a code; all but the scene has a default. */
export type CodeRequest = {
  scene: string
  page?: string | undefined
  widthPx?: number | undefined
  isAutoColoured?: boolean | undefined
  lineColour?: Colour | undefined
  isTransparent?: boolean | undefined
  /** Whether the page has to be in the published version; true if absent. */
  isPageChecked?: boolean | undefined
  /** The version that opens: release, trial or develop. */
  envVersion?: string | undefined
  /** Whether a scene that does not fit is stored, and a short one put in its place. */
  takesLongScene?: boolean | undefined
}

const black: Colour = { r: 0, g: 0, b: 0 }

/** Checked before WeChat is asked. Throws bad_request; SceneRefused where it is the scene. */
export function parseCode(request: CodeRequest): MiniProgramCode {
  const { scene, page = '', widthPx = 430, isAutoColoured = false } = request
  const { isTransparent = false, isPageChecked = true } = request
  checkScene(scene)
  checkPage(page)
  return {
    scene,
    page,
    widthPx: Math.min(1280, Math.max(280, widthPx)),
    isAutoColoured,
    // Where WeChat chooses the colour, the caller's makes no other code.
    lineColour: isAutoColoured ? black : checkColour(request.lineColour ?? black),
    isTransparent,
    isPageChecked: isPageChecked || page === '',
    envVersion: checkVersion(request.envVersion || 'release'),
  }
}

/** The same for two requests exactly if they lead to the same image. */
export function toCodeKey(appId: string, code: MiniProgramCode): Buffer {
  const { r, g, b } = code.lineColour
  const { page, scene, widthPx, isAutoColoured, isTransparent } = code
  const said = [appId, page, scene, widthPx, isAutoColoured, r, g, b, isTransparent]
  // Usual ones are left out: codes that were made before they could be chosen keep their keys.
  const { isPageChecked, envVersion } = code
  const isUsual = isPageChecked && envVersion === 'release'
  const canonical = JSON.stringify(isUsual ? said : [...said, isPageChecked, envVersion])
  return sha256(canonical)
}

const maxPageLength = 1024

function checkPage(page: string): void {
  if (page.length > maxPageLength) throw new HubError('bad_request', 'page is too long')
  if (page.startsWith('/')) throw new HubError('bad_request', 'page starts with a slash')
  if (/[?#\s\p{C}]/u.test(page) || page.split('/').includes('..')) {
    throw new HubError('bad_request', 'page is no path of a page; parameters belong into scene')
  }
}

function checkVersion(text: string): EnvVersion {
  const version = envVersions.find((known) => known === text)
  if (version === undefined)
    throw new HubError('bad_request', `envVersion is none of ${envVersions.join(', ')}`)
  return version
}

function checkColour(colour: Colour): Colour {
  const isGood = [colour.r, colour.g, colour.b].every(
    (part) => Number.isInteger(part) && part >= 0 && part <= 255,
  )
  if (!isGood) throw new HubError('bad_request', 'a part of the colour is none of 0 to 255')
  return colour
}
