import type { CaseHub } from '../dialects/case-hub.ts'
import type { Answer } from '../support/hub-client.ts'

/** A call of a contract that talks to WeChat, ready to be sent: twice the same would use a code twice. */
export type ReadyCall = () => Promise<Answer>

/** Each served call that leads to WeChat: where it asks, and what an answer lacks that is worth nothing. */
export type UpstreamCase = {
  title: string
  contract: 'commcn' | 'control'
  path: string
  incomplete: Record<string, unknown>[]
  /** Makes an app and a user of their own. */
  prepare: (hub: CaseHub) => Promise<ReadyCall>
}

const userTokens = { access_token: 'a', refresh_token: 'r', openid: 'o', expires_in: 7200, scope: 'x' }

export const upstreamCases: UpstreamCase[] = [
  {
    title: 'commcn weixin.oauth',
    contract: 'commcn',
    path: '/sns/jscode2session',
    incomplete: [{}, { openid: 'o' }, { session_key: 'k' }, { openid: 7, session_key: 'k' }],
    async prepare(hub) {
      const app = await hub.makeApp('mini_program')
      const path = `/${hub.uniqueName()}/api/v1`
      await hub.hub.mounts.add({ contract: 'commcn', path, appId: app.appId })
      const jscode = await hub.makeCode(app, 'u1')
      return () => hub.post(`${path}/weixin.oauth`, { jscode })
    },
  },
  {
    title: 'control code2Session',
    contract: 'control',
    path: '/sns/jscode2session',
    incomplete: [
      { openid: 'o', session_key: '' },
      { openid: null, session_key: 'k' },
    ],
    async prepare(hub) {
      const app = await hub.makeApp('mini_program')
      const code = await hub.makeCode(app, 'u1')
      return () => hub.get(`/wx/mini/v1/${app.appId}/${app.secret}/code2Session?code=${code}`)
    },
  },
  {
    title: 'control oauth2',
    contract: 'control',
    path: '/sns/oauth2/access_token',
    incomplete: Object.keys(userTokens)
      .filter((name) => name !== 'scope')
      .map((name) => ({ ...userTokens, [name]: undefined })),
    async prepare(hub) {
      const app = await hub.makeApp('open_app')
      const code = await hub.makeCode(app, 'u1')
      return () => hub.get(`/wx/v1/${app.appId}/${app.secret}/oauth2?code=${code}`)
    },
  },
  {
    title: 'control userInfo?refresh=true',
    contract: 'control',
    path: '/sns/userinfo',
    incomplete: [{}, { nickname: 'x' }],
    prepare: prepareUserInfo,
  },
  {
    title: 'control userInfo with a user token that ran out',
    contract: 'control',
    path: '/sns/oauth2/refresh_token',
    incomplete: [
      { ...userTokens, refresh_token: '' },
      { ...userTokens, expires_in: 'soon' },
    ],
    async prepare(hub) {
      const call = await prepareUserInfo(hub)
      hub.later(2 * 3_600_000 + 1000)
      return call
    },
  },
  {
    title: 'control access_token',
    contract: 'control',
    path: '/cgi-bin/stable_token',
    incomplete: [{ expires_in: 7200 }, { access_token: 'a' }, { access_token: 'a', expires_in: 0 }],
    async prepare(hub) {
      const app = await hub.makeApp('mini_program')
      return () => hub.get(`/wx/mini/v1/${app.appId}/${app.secret}/access_token`)
    },
  },
]

async function prepareUserInfo(hub: CaseHub): Promise<ReadyCall> {
  const app = await hub.makeApp('open_app')
  const code = await hub.makeCode(app, 'u1')
  const login = await hub.get(`/wx/v1/${app.appId}/${app.secret}/oauth2?code=${code}`)
  const { data: token } = login.body as { data: string }
  return () => hub.get(`/wx/v1/${app.appId}/${token}/userInfo?refresh=true`)
}
