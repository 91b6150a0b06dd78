import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import type { App } from '../apps/app-store.ts'
import type { SandboxRequest } from '../http/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { drawWxacode } from './draw-wxacode.ts'
import { readFlag, readOptions, readWidth } from './read-options.ts'
import { parseWxacodeBody, readPage, readPath, readScene } from './read-place.ts'

/** Mini-program codes. A success is the bytes of an image, a refusal JSON, and both are HTTP 200. */
export function createWxacodeRoutes(world: World): UpstreamRoute[] {
  const { wxacodes, quotas, rules } = world

  function verifyMiniProgram(request: SandboxRequest): App {
    const app = verifyAccessToken(world, request)
    if (app.kind !== 'mini_program') throw new UpstreamError(48001)
    return app
  }

  function checkPage(app: App, page: string, isChecked: boolean): void {
    if (page === '') return
    if (!isChecked) wxacodes.countUnpublished(app, page)
    else if (app.pages?.includes(page) === false) throw new UpstreamError(41030)
  }

  return [
    {
      method: 'POST',
      path: '/wxa/getwxacodeunlimit',
      answer(request) {
        const app = verifyMiniProgram(request)
        if (!quotas.take(app.appid, 'wxacode', rules.wxacodeMinuteLimit, 'minute'))
          throw new UpstreamError(45009)
        const fields = parseWxacodeBody(request.body, 40169)
        const scene = readScene(fields)
        const page = readPage(fields)
        const options = readOptions(fields, rules)
        checkPage(app, page, readFlag(fields, 'check_path', true))
        const content = { appid: app.appid, page, scene, env_version: options.envVersion }
        return { reply: drawWxacode(content, options) }
      },
    },
    {
      method: 'POST',
      path: '/wxa/getwxacode',
      answer(request) {
        const app = verifyMiniProgram(request)
        const fields = parseWxacodeBody(request.body, 40159)
        const path = readPath(fields, 1024)
        const options = readOptions(fields, rules)
        const headers = { 'Num-Used': String(wxacodes.countLimited(app)) }
        const content = { appid: app.appid, path, env_version: options.envVersion }
        return { reply: { ...drawWxacode(content, options), headers } }
      },
    },
    {
      method: 'POST',
      path: '/cgi-bin/wxaapp/createwxaqrcode',
      answer(request) {
        const app = verifyMiniProgram(request)
        const fields = parseWxacodeBody(request.body, 40159)
        const path = readPath(fields, 128)
        const width = readWidth(fields.width, rules)
        const headers = { 'Num-Used': String(wxacodes.countLimited(app)) }
        const content = { appid: app.appid, path }
        const reply = drawWxacode(content, { width, isHyaline: false })
        return { reply: { ...reply, headers } }
      },
    },
  ]
}
