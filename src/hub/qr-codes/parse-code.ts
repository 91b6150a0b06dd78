import { createHash } from 'node:crypto'
import type { Colour, MiniProgramCode } from '../../wechat/mini-program-codes.ts'
import { HubError } from '../errors.ts'

/** What a caller may say of a code; all but the scene has a default. */
export type CodeRequest = {
  scene: string
  page?: string | undefined
  widthPx?: number | undefined
  isAutoColoured?: boolean | undefined
  lineColour?: Colour | undefined
  isTransparent?: boolean | undefined
}

/** A bad_request of its own: some callers know a number for it. */
export class SceneRefused extends HubError {
  constructor(message: string) {
    super('bad_request', message)
  }
}

const black: Colour = { r: 0, g: 0, b: 0 }

/** Checked before WeChat is asked. Throws bad_request; SceneRefused where it is the scene. */
export function parseCode(request: CodeRequest): MiniProgramCode {
  const { scene, page = '', widthPx = 430, isAutoColoured = false, isTransparent = false } = request
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
  }
}

/** The same for two requests exactly if they lead to the same image. */
export function toCodeKey(appId: string, code: MiniProgramCode): Buffer {
  const { r, g, b } = code.lineColour
  const { page, scene, widthPx, isAutoColoured, isTransparent } = code
  const canonical = JSON.stringify([appId, page, scene, widthPx, isAutoColoured, r, g, b, isTransparent])
  return createHash('sha256').update(canonical).digest()
}

function checkScene(scene: string): void {
  if (scene === '') throw new SceneRefused('scene is missing')
  if (scene.length > 32) throw new SceneRefused('scene has more than 32 characters')
  if (!/^[\w!#$&'()*+,/:;=?@.~-]+$/.test(scene)) {
    throw new SceneRefused('scene holds a character that WeChat refuses')
  }
}

const maxPageLength = 1024

function checkPage(page: string): void {
  if (page.length > maxPageLength) throw new HubError('bad_request', 'page is too long')
  if (page.startsWith('/')) throw new HubError('bad_request', 'page starts with a slash')
  if (/[?#\s\p{C}]/u.test(page) || page.split('/').includes('..')) {
    throw new HubError('bad_request', 'page is no path of a page; parameters belong into scene')
  }
}

function checkColour(colour: Colour): Colour {
  const isGood = [colour.r, colour.g, colour.b].every(
    (part) => Number.isInteger(part) && part >= 0 && part <= 255,
  )
  if (!isGood) throw new HubError('bad_request', 'a part of the colour is none of 0 to 255')
  return colour
}
