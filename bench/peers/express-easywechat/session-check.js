import { database } from './database.js'
import { appId } from './wechat.js'

const findSession = database.prepare(`
  select u.open_id, s.expires_at from sessions s join users u on u.id = s.user_id where s.token = ?`)

export function registerSessionCheck(app) {
  app.get('/wx/mini/v1/:appId/openId', (request, response) => {
    if (request.params.appId !== appId) return response.json({ code: 40013, success: false })
    const session = findSession.get(String(request.query.token))
    if (session === undefined || session.expires_at <= Date.now()) {
      return response.json({ code: 1000, msg: 'unauthorized', data: {}, success: false })
    }
    response.json({ code: 200, msg: 'ok', data: session.open_id, success: true })
  })
}
