import { database } from './database.js'
import { appId } from './wechat.js'

const findSession = database.prepare(`
  select u.id, u.open_id, u.union_id, s.expires_at from sessions s join users u on u.id = s.user_id where s.token = ?`)

export function registerSessionCheck(app) {
  app.post('/api/v1/sessions/verify', (request, response) => {
    if (request.get('authorization') !== `Bearer ${process.env.BENCH_KEY}`) {
      return response.status(401).json({ error: 'no such key' })
    }
    const session = findSession.get(String(request.body.token))
    if (session === undefined || session.expires_at <= Date.now()) return response.json({ active: false })
    const { id: userId, open_id: openId, union_id: unionId } = session
    response.json({
      active: true,
      appId,
      openId,
      unionId,
      userId,
      expiresAt: Math.floor(session.expires_at / 1000),
    })
  })

  app.get('/wx/mini/v1/:appId/openId', (request, response) => {
    if (request.params.appId !== appId) return response.json({ code: 40013, success: false })
    const session = findSession.get(String(request.query.token))
    if (session === undefined || session.expires_at <= Date.now()) {
      return response.json({ code: 1000, msg: 'unauthorized', data: {}, success: false })
    }
    response.json({ code: 200, msg: 'ok', data: session.open_id, success: true })
  })
}
