import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { secretMark } from '../../sandbox/secret-mark.ts'
import { openSandbox } from './open-sandbox.ts'

test('marks every secret that it makes', async (t) => {
  const wechat = await openSandbox(t)
  const made = await wechat.control('POST', '/apps', { kind: 'official_account', gatewayMode: 'safe' })
  const apps = (await wechat.control('GET', '/apps')) as unknown as Record<string, string>[]
  const mini = await wechat.app('mini_program')
  const mobile = await wechat.app('open_app')
  const { access_token } = await wechat.stableToken(await wechat.app('official_account'))
  const replies = [
    made,
    ...apps,
    await wechat.token(mini),
    await wechat.stableToken(mini),
    await wechat.get('/cgi-bin/ticket/getticket', { access_token: String(access_token), type: 'jsapi' }),
    await wechat.session(mini, await wechat.loginCode(mini)),
    await wechat.userToken(mobile, await wechat.loginCode(mobile)),
  ]
  const names = [
    'secret',
    'token',
    'encodingAesKey',
    'access_token',
    'refresh_token',
    'session_key',
    'ticket',
  ]
  const secrets = replies.flatMap((reply) => names.flatMap((name) => reply[name] ?? []))
  ok(secrets.length >= 14, `${secrets.length}`)
  for (const secret of secrets) ok(String(secret).includes(secretMark), String(secret))
})
