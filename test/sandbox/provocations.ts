import type { OpenSandbox } from './open-sandbox.ts'

type Query = Record<string, string>
type Provocation = (wechat: OpenSandbox) => Promise<Response>

const wrong = { appid: 'wx0000000000000000', secret: '0'.repeat(32) }

async function send({ url }: OpenSandbox, endpoint: string, query: Query, body?: object): Promise<Response> {
  const [method = '', path] = endpoint.split(' ')
  const text = body === undefined ? {} : { body: JSON.stringify(body) }
  return fetch(`${url}${path}?${new URLSearchParams(query)}`, { method, ...text })
}

/** A call of an app kind with everything right but what `changes` names; an undefined change leaves it out. */
function withApp(endpoint: string, kind: string, fields: Query, changes: Query, without = ''): Provocation {
  return async (wechat) => {
    const { appid, secret } = await wechat.app(kind)
    const query: Query = { appid, secret, ...fields, ...changes }
    delete query[without]
    return send(wechat, endpoint, query)
  }
}

const session = 'GET /sns/jscode2session'
const exchange = 'GET /sns/oauth2/access_token'
const token = 'GET /cgi-bin/token'
const userinfo = 'GET /sns/userinfo'
const stable = 'POST /cgi-bin/stable_token'

const onSession = (changes: Query, without?: string) =>
  withApp(session, 'mini_program', { js_code: 'x', grant_type: 'authorization_code' }, changes, without)
const onExchange = (changes: Query, without?: string) =>
  withApp(exchange, 'open_app', { code: 'x', grant_type: 'authorization_code' }, changes, without)
const onToken = (changes: Query, without?: string) =>
  withApp(token, 'mini_program', { grant_type: 'client_credential' }, changes, without)

/** Uses a code of the named user, as often as asked. */
function useCode(endpoint: string, kind: string, times: number, secret?: string): Provocation {
  return async (wechat) => {
    const app = await wechat.app(kind)
    const code = await wechat.loginCode(app)
    const query = { appid: app.appid, secret: secret ?? app.secret, grant_type: 'authorization_code' }
    const name = endpoint === session ? 'js_code' : 'code'
    for (let time = 1; time < times; time += 1) await send(wechat, endpoint, { ...query, [name]: code })
    return send(wechat, endpoint, { ...query, [name]: code })
  }
}

const blockedUser: Provocation = async (wechat) => {
  await wechat.control('POST', '/users', { id: 'u1', blocked: true })
  return useCode(session, 'mini_program', 1)(wechat)
}

const outsideWhitelist: Provocation = async (wechat) => {
  const { appid } = await wechat.app('mini_program')
  await wechat.control('POST', '/apps', { appid, ipWhitelist: [] })
  return onToken({})(wechat)
}

const usedUpStableTokens: Provocation = async (wechat) => {
  await wechat.rules({ stableTokenDailyLimit: 0 })
  const { appid, secret } = await wechat.app('mini_program')
  return send(wechat, stable, {}, { grant_type: 'client_credential', appid, secret })
}

/** A user's token of the mobile app, or of a silent web login. */
async function userToken(wechat: OpenSandbox, scope: string): Promise<Query> {
  const app = await wechat.app(scope === 'snsapi_base' ? 'official_account' : 'open_app')
  const code = scope === 'snsapi_base' ? await silentCode(wechat, app.appid) : await wechat.loginCode(app)
  const { access_token, openid } = await wechat.userToken(app, code)
  return { access_token: String(access_token), openid: String(openid) }
}

async function silentCode(wechat: OpenSandbox, appid: string): Promise<string> {
  const url = `https://open.weixin.qq.com/connect/oauth2/authorize?appid=${appid}&redirect_uri=https%3A%2F%2Fa.example&response_type=code&scope=snsapi_base&state=1#wechat_redirect`
  const { location } = await wechat.control('POST', '/users/u1/authorize', { url })
  return new URL(String(location)).searchParams.get('code') ?? ''
}

const onUserinfo =
  (scope: string, changes: Query = {}, advanceMs = 0): Provocation =>
  async (wechat) => {
    const query = await userToken(wechat, scope)
    await wechat.advance(advanceMs)
    return send(wechat, userinfo, { ...query, ...changes })
  }

const withFault =
  (endpoint: string, errcode: number): Provocation =>
  async (wechat) => {
    await wechat.fault({ path: endpoint.split(' ')[1], errcode })
    return send(wechat, endpoint, {})
  }

const foreignOpenid: Provocation = async (wechat) => {
  const query = await userToken(wechat, 'snsapi_userinfo')
  return send(wechat, 'GET /sns/auth', { ...query, openid: 'oAnother' })
}

const madeUpToken =
  (endpoint: string): Provocation =>
  (wechat) =>
    send(wechat, endpoint, { access_token: 'made_up' }, endpoint.startsWith('POST') ? {} : undefined)

const agedToken =
  (endpoint: string): Provocation =>
  async (wechat) => {
    const { access_token } = await wechat.token(await wechat.app('official_account'))
    await wechat.advance(7_200_000)
    return send(wechat, endpoint, { access_token: String(access_token) }, {})
  }

/** A call of the mini program with a good token; a text is sent as a form. */
const withToken =
  (endpoint: string, body: object | string, rules = {}): Provocation =>
  async (wechat) => {
    await wechat.rules(rules)
    const { access_token } = await wechat.token(await wechat.app('mini_program'))
    const query = { access_token: String(access_token) }
    if (typeof body === 'object') return send(wechat, endpoint, query, body)
    const url = `${wechat.url}${endpoint.split(' ')[1]}?${new URLSearchParams(query)}`
    return fetch(url, { method: 'POST', body: new URLSearchParams(body) })
  }

/** A message of the template T to u1, who agreed to it or did not. */
const sendMessage =
  (endpoint: string, kind: string, body: object, agreed = false): Provocation =>
  async (wechat) => {
    const app = await wechat.app(kind)
    const { access_token } = await wechat.token(app)
    const user = { appid: app.appid, templateId: 'T', deny: !agreed }
    await wechat.control('POST', '/users/u1/subscriptions', user)
    const message = { touser: await wechat.openidOf(app), template_id: 'T', ...body }
    return send(wechat, endpoint, { access_token: String(access_token) }, message)
  }

const phone = 'POST /wxa/business/getuserphonenumber'
const checkData = 'POST /wxa/business/checkencryptedmsg'
const templateSend = 'POST /cgi-bin/message/template/send'
const subscribeSend = 'POST /cgi-bin/message/subscribe/send'
const wxacode = 'POST /wxa/getwxacodeunlimit'

/** How to make the sandbox give each recorded answer. */
export const provocations: Record<string, Provocation> = {
  [`${session} 40029`]: onSession({}),
  [`${session} 40163`]: useCode(session, 'mini_program', 2),
  [`${session} 40226`]: blockedUser,
  [`${session} 40013`]: onSession({ appid: wrong.appid }),
  [`${session} 40125`]: onSession({ secret: wrong.secret }),
  [`${session} 41002`]: onSession({}, 'appid'),
  [`${session} 41004`]: onSession({}, 'secret'),
  [`${session} 41008`]: onSession({ js_code: '' }),
  [`${exchange} 40029`]: onExchange({ secret: wrong.secret }),
  [`${exchange} 40163`]: useCode(exchange, 'open_app', 2),
  [`${exchange} 40002`]: onExchange({ grant_type: 'password' }),
  [`${exchange} 40125`]: useCode(exchange, 'open_app', 1, wrong.secret),
  [`${exchange} 40013`]: onExchange(wrong),
  [`${exchange} 41004`]: onExchange({}, 'secret'),
  'GET /sns/oauth2/refresh_token 40030': withApp(
    'GET /sns/oauth2/refresh_token',
    'open_app',
    { grant_type: 'refresh_token', refresh_token: 'x' },
    {},
  ),
  [`${userinfo} 40001`]: madeUpToken(userinfo),
  [`${userinfo} 48001`]: onUserinfo('snsapi_base'),
  [`${userinfo} -1`]: withFault(userinfo, -1),
  [`${userinfo} 42001`]: onUserinfo('snsapi_userinfo', {}, 7_200_000),
  'GET /sns/auth 40003': foreignOpenid,
  [`${token} 40164`]: outsideWhitelist,
  [`${token} 40125`]: onToken({ secret: wrong.secret }),
  [`${token} 41004`]: onToken({}, 'secret'),
  [`${token} 40013`]: onToken(wrong, 'grant_type'),
  [`${token} 40002`]: onToken({}, 'grant_type'),
  [`${stable} 40013`]: (wechat) => send(wechat, stable, {}, wrong),
  [`${stable} 45009`]: usedUpStableTokens,
  'GET /cgi-bin/menu/get 40001': madeUpToken('GET /cgi-bin/menu/get'),
  'GET /cgi-bin/user/info 40001': madeUpToken('GET /cgi-bin/user/info'),
  'POST /cgi-bin/message/custom/send 40001': madeUpToken('POST /cgi-bin/message/custom/send'),
  'POST /cgi-bin/message/template/send 40001': madeUpToken('POST /cgi-bin/message/template/send'),
  'POST /cgi-bin/clear_quota 40001': madeUpToken('POST /cgi-bin/clear_quota'),
  'GET /cgi-bin/ticket/getticket 40001': madeUpToken('GET /cgi-bin/ticket/getticket'),
  '(any with access_token) 40001': madeUpToken('GET /wxa/checksession'),
  'GET /cgi-bin/menu/get 41001': (wechat) => send(wechat, 'GET /cgi-bin/menu/get', {}),
  'POST /tcb/databaseupdate 42001': agedToken('POST /tcb/databaseupdate'),
  'POST /cgi-bin/message/template/send 42001': agedToken('POST /cgi-bin/message/template/send'),
  [`${phone} 40029`]: withToken(phone, { code: 'made-up' }),
  [`${phone} 47001`]: withToken(phone, 'code=1'),
  [`${checkData} 47001`]: withToken(checkData, 'encrypted_msg_hash=00'),
  [`${wxacode} 40169`]: withToken(wxacode, { page: 'pages/index' }),
  [`${wxacode} 41030`]: withToken(wxacode, { scene: '1', page: '/pages/index' }),
  [`${wxacode} 40097`]: withToken(wxacode, { scene: '1', env_version: 'beta' }),
  [`${templateSend} 43004`]: sendMessage(templateSend, 'official_account', {
    data: { first: { value: '1' } },
  }),
  [`${subscribeSend} 43101`]: sendMessage(subscribeSend, 'mini_program', {
    data: { thing3: { value: '1' } },
  }),
  [`${subscribeSend} 47003`]: sendMessage(
    subscribeSend,
    'mini_program',
    { data: { thing3: { value: '' } } },
    true,
  ),
  [`${subscribeSend} 47001`]: withToken(subscribeSend, 'touser=o'),
  [`${wxacode} 45009`]: withToken(wxacode, { scene: '1' }, { wxacodeMinuteLimit: 0 }),
}
