import { deepEqual, equal, match } from 'node:assert/strict'
import { testOnBoth } from '../support/database.ts'
import { startHub } from '../support/hub.ts'

testOnBoth(
  'logs a user in, keeps the profile and accepts the session in the other contract',
  async (t, engine) => {
    const hub = await startHub(t, { engine })
    const { appid } = await hub.sandbox.app('mini_program')

    const login = await hub.post('/commcn/api/v1/weixin.oauth', { jscode: await hub.loginCode() })
    equal(login.status, 200, login.text)
    const { session_id: token, open_id: openId } = login.body as Record<string, string>
    match(String(token), /^[\w-]{43}$/)

    const bearer = { authorization: `Bearer ${token}` }
    const update = await hub.post(
      '/commcn/api/v1/weixin.update_user_info',
      { nickName: '张三', gender: 1 },
      bearer,
    )
    deepEqual(update.body, true)

    const other = await hub.get(`/wx/mini/v1/${appid}/openId?token=${token}`)
    deepEqual(other.body, { code: 200, msg: 'ok', data: openId, success: true })
  },
)
