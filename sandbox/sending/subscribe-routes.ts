import type { App } from '../apps/app-store.ts'
import { toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import type { Order } from './read-order.ts'
import { readOrder, readTemplateId } from './read-order.ts'
import { checkTemplateValues } from './template-values.ts'

const states = ['developer', 'trial', 'formal']

/** POST /cgi-bin/message/subscribe/send: a message that the user of a mini program asked for. */
export function createSubscribeRoutes(world: World): UpstreamRoute[] {
  const { subscriptions, sentMessages } = world
  return [
    {
      method: 'POST',
      path: '/cgi-bin/message/subscribe/send',
      answer(request) {
        const { app, openid, message } = readOrder(world, request, ['mini_program'])
        const templateId = readTemplateId(app, message)
        checkPage(app, message)
        const isState = states.includes(toText(message.miniprogram_state ?? 'formal'))
        if (!isState) throw new UpstreamError(40097)
        if (!subscriptions.has(app.appid, openid, templateId)) throw new UpstreamError(43101)
        checkTemplateValues(message.data)
        subscriptions.take(app.appid, openid, templateId)
        sentMessages.insert({ appid: app.appid, openid, kind: 'subscribe', message })
        return { errcode: 0, errmsg: 'ok' }
      },
    },
  ]
}

/** A page of the mini program, with its query; none is a message that opens nothing. */
function checkPage({ pages }: App, { page = '' }: Order['message']): void {
  if (page === '' || page === null) return
  const [path = ''] = toText(page).split('?')
  const exists = pages ? pages.includes(path) : /^[^/#\s][^#\s]*$/.test(path)
  if (!exists) throw new UpstreamError(41030)
}
