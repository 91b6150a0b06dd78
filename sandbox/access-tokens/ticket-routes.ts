import { createTokenText } from '../marked-secrets.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { verifyAccessToken } from './verify-access-token.ts'

const ticketTypes = ['jsapi', 'wx_card']

/** GET /cgi-bin/ticket/getticket: one ticket per app and type for as long as it lasts. */
export function createTicketRoutes(world: World): UpstreamRoute[] {
  const { clock, random, rules } = world
  const tickets = new Map<string, { ticket: string; until: number }>()

  function getTicket(appid: string, type: string) {
    const key = `${type} ${appid}`
    const known = tickets.get(key)
    if (known !== undefined && known.until > clock.now()) return known
    const fresh = { ticket: createTokenText(random), until: clock.now() + rules.tokenLifetimeMs }
    tickets.set(key, fresh)
    return fresh
  }

  return [
    {
      method: 'GET',
      path: '/cgi-bin/ticket/getticket',
      answer(request) {
        const { appid } = verifyAccessToken(world, request)
        const type = request.query.get('type') ?? ''
        if (!ticketTypes.includes(type)) throw new UpstreamError(40097)
        const { ticket, until } = getTicket(appid, type)
        const expiresIn = Math.ceil((until - clock.now()) / 1000)
        return { errcode: 0, errmsg: 'ok', ticket, expires_in: expiresIn }
      },
    },
  ]
}
