import { database } from './database.js'
import { appId, miniApp } from './wechat.js'

const findSession = database.prepare(`
  select u.open_id, u.session_key, s.expires_at from sessions s join users u on u.id = s.user_id where s.token = ?`)

export function registerDecode(app) {
  app.get('/wx/mini/v1/:appId/decode', (request, response) => {
    const { sessionkey, encryptedData, iv } = request.query
    const fail = (code) => response.json({ code, msg: 'error', data: {}, success: false })
    if (request.params.appId !== appId) return fail(40013)
    const session = findSession.get(String(sessionkey))
    if (session === undefined || session.expires_at <= Date.now()) return fail(1000)
    try {
      const data = miniApp.getUtils().decryptSession(session.session_key, String(iv), String(encryptedData))
      if (data.watermark?.appid !== appId) return fail(1004)
      response.json({ code: 200, msg: 'ok', data, success: true })
    } catch {
      fail(1004)
    }
  })
}
