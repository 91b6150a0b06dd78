import { randomBytes } from 'node:crypto'
import { database } from './database.js'
import { miniApp } from './wechat.js'

const lifetimeMs = 2 * 60 * 60 * 1000

const upsertUser = database.prepare(`
  insert into users (open_id, union_id, session_key, created_at) values (?, ?, ?, ?)
  on conflict (open_id) do update set union_id = excluded.union_id, session_key = excluded.session_key
  returning id`)
const insertSession = database.prepare('insert into sessions (token, user_id, expires_at) values (?, ?, ?)')

export function registerLogin(app) {
  app.post('/commcn/api/v1/weixin.oauth', async (request, response) => {
    const { jscode } = request.body
    if (typeof jscode !== 'string') return response.status(400).json({ code: 1001, error: 'parameter error' })
    const { openid, unionid, session_key } = await miniApp.getUtils().codeToSession(jscode)
    const user = upsertUser.get(openid, unionid ?? null, session_key, Date.now())
    const token = randomBytes(32).toString('base64url')
    const expiresAt = Date.now() + lifetimeMs
    insertSession.run(token, user.id, expiresAt)
    response.json({ session_id: token, open_id: openid, overdue_time: Math.floor(expiresAt / 1000) })
  })
}
