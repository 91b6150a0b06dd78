import { equal, ok } from 'node:assert/strict'
import { testOnBoth } from '../support/database.ts'
import { type CaseApp, type CaseHub, startCaseHub } from './case-hub.ts'

const bodyField = (name: string) => (body: unknown) => Reflect.get(Object(body), name)

/** Every way in to an app that is mounted everywhere. */
function waysIn(hub: CaseHub, { appId, secret }: CaseApp, name: string) {
  const post = (path: string, field: string, codeField: string) => async (code: string) =>
    bodyField(field)((await hub.post(path, { [codeField]: code })).body)
  return {
    commcn: post(`/${name}/api/v1/weixin.oauth`, 'session_id', 'jscode'),
    shares: post(`/${name}-s/api/v1/weixin.oauth`, 'sessionId', 'jscode'),
    boilerplate: post(`/${name}-b/api/v1/wechat-miniapp/user`, 'token', 'code'),
    control: async (code: string) =>
      bodyField('data')((await hub.get(`/wx/mini/v1/${appId}/${secret}/code2Session?code=${code}`)).body),
  }
}

/** Whether each contract takes a session for the app. */
async function checks(hub: CaseHub, { appId }: CaseApp, name: string, token: string) {
  const bearer = { authorization: `Bearer ${token}` }
  const wechat = { authorization: `wechat ${token}` }
  const commcn = await hub.post(`/${name}/api/v1/weixin.update_user_info`, { city: 'X' }, wechat)
  const shares = await hub.post(`/${name}-s/api/v1/weixin.get_user_info`, {}, bearer)
  const control = await hub.get(`/wx/mini/v1/${appId}/openId?token=${token}`)
  return {
    commcn: commcn.status === 200,
    shares: shares.status === 200,
    control: bodyField('code')(control.body) === 200,
  }
}

async function mountEverywhere(hub: CaseHub, { appId }: CaseApp, name: string): Promise<void> {
  const { mounts } = hub.hub
  await mounts.add({ contract: 'commcn', path: `/${name}/api/v1`, appId })
  await mounts.add({ contract: 'shares', path: `/${name}-s/api/v1`, appId })
  await mounts.add({ contract: 'boilerplate', path: `/${name}-b`, appId })
}

testOnBoth(
  'takes a session of any contract in every contract of its app, and of no other',
  async (t, engine) => {
    const hub = await startCaseHub(t, engine)
    const app = await hub.makeApp('mini_program')
    const other = await hub.makeApp('mini_program')
    await mountEverywhere(hub, app, 'one')
    await mountEverywhere(hub, other, 'two')
    let seen = 0
    for (const [contract, logIn] of Object.entries(waysIn(hub, app, 'one'))) {
      const token = await logIn(await hub.makeCode(app, 'u1'))
      ok(typeof token === 'string' && token.length === 43, `${contract} gave no session`)
      for (const [taker, isTaken] of Object.entries(await checks(hub, app, 'one', token))) {
        equal(isTaken, true, `${taker} refuses a session of ${contract}`)
        seen += 1
      }
      for (const [taker, isTaken] of Object.entries(await checks(hub, other, 'two', token))) {
        equal(isTaken, false, `${taker} of another app takes a session of ${contract}`)
        seen += 1
      }
    }
    equal(seen, 24)
  },
)
