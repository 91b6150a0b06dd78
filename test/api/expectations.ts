import {
  byKey,
  bySession,
  control,
  neverWider,
  open,
  ownOnly,
  type Path,
  type Row,
  underBoth,
} from './expectation-row.ts'
import type { World } from './matrix-world.ts'

const v1 = '/api/v1'
const app: Path = ({ appId }) => `${v1}/apps/${appId}`
const mount: Path = ({ mountId }) => `${v1}/mounts/${mountId}`
const tenant: Path = ({ tenantId }) => `${v1}/tenants/${tenantId}`
const key: Path = ({ keyId }) => `${v1}/keys/${keyId}`
const webhook: Path = ({ webhookId }) => `${v1}/webhooks/${webhookId}`
const merchant: Path = ({ mchid }) => `${v1}/merchants/${mchid}`
const user: Path = ({ userId }) => `${v1}/users/${userId}`
const ofTenant = { otherApp: { status: 200, maySee: true } } as const
const badCode = () => ({ jscode: 'no', code: 'no' })
const codeOfA = () => ({ page: 'pages/index', scene: 'a' })
const keyOfOthers = { otherTenant: 403, noScope: 403, otherApp: 403 } as const
const noData = () => ({ iv: 'x', encrypted_data: 'x' })
const member: Path = ({ memberId }) => `${v1}/members/${memberId}`
/** Contract buyer, for servers: a key of others is refused, whatever it asks for. */
function buyer(call: string, status: number, body?: Row['body']): Row {
  const path: Path = ({ openId }) =>
    `/a/api/weixin/wxbuyinguser/${call}${call === 'getbyopenid' ? `?openId=${openId}` : ''}`
  return byKey(path, status, { ...(body && { body }), outcomes: keyOfOthers })
}
const noBuyer = () => ({ wxBuyingUserId: 999_999, name: 'x', phone: '13800000001' })
const wx = ({ appId }: World, kind: string) => `/wx/${kind}v1/${appId}`

/** Every route of the hub, and what it says to whom. In this order the good requests do not disturb each other. */
export const expectations: Record<string, Row> = {
  'GET /healthz': open(() => '/healthz', 200),
  'GET /readyz': open(() => '/readyz', 200),
  // Open to callers on this machine only.
  'GET /metrics': open(() => '/metrics', 200),
  // By a hash that only those know who were told the address.
  'GET /qrcodes/:hash': open(() => `/qrcodes/${'0'.repeat(64)}`, 404),
  // For whoever checks that a domain is ours; no app has this one.
  'GET /MP_verify_:mark(^[A-Za-z0-9]{1,64}).txt': open(() => '/MP_verify_none.txt', 404),
  'GET /api/openapi.json': open(() => '/api/openapi.json', 200),
  'GET /api/docs': open(() => '/api/docs', 200),
  'GET /api/docs/*': open(() => '/api/docs/static/index.css', 200),

  'POST /@commcn/weixin.oauth': open(({ path }) => `${path}/api/v1/weixin.oauth`, 400, { body: badCode }),
  'POST /@commcn/weixin.update_user_info': bySession(
    ({ path }) => `${path}/api/v1/weixin.update_user_info`,
    200,
  ),
  'POST /@commcn/weixin.get_qrcode': bySession(({ path }) => `${path}/api/v1/weixin.get_qrcode`, 200, {
    body: codeOfA,
    outcomes: keyOfOthers,
  }),
  // A session is no credential here: what users hold moves no money.
  'POST /@commcn/weixin.refund_pay': byKey(({ path }) => `${path}/api/v1/weixin.refund_pay`, 200, {
    body: () => ({ billId: 'bill-of-a', refundFee: 1 }),
    outcomes: keyOfOthers,
  }),
  'POST /@shares/weixin.get_qrcode': bySession(() => '/shares-of-a/api/v1/weixin.get_qrcode', 200, {
    body: codeOfA,
    outcomes: keyOfOthers,
  }),
  'POST /@shares/weixin.oauth': open(() => '/shares-of-a/api/v1/weixin.oauth', 400, { body: badCode }),
  // Never an error, and never a session for one that is not good.
  'POST /@shares/weixin.re_login': {
    ...open(() => '/shares-of-a/api/v1/weixin.re_login', 200),
    isRefusal: (body) => Reflect.get(Object(body), 'relogin') === true,
  },
  'POST /@shares/weixin.update_user_info': bySession(
    () => '/shares-of-a/api/v1/weixin.update_user_info',
    200,
  ),
  'POST /@shares/weixin.upset_user_info': bySession(() => '/shares-of-a/api/v1/weixin.upset_user_info', 200, {
    body: () => ({ key: 'rg', value: 'true' }),
  }),
  'POST /@shares/weixin.get_user_info': bySession(() => '/shares-of-a/api/v1/weixin.get_user_info', 200),
  'GET /@buyer/get': buyer('get?id=999999', 404),
  'GET /@buyer/getbyopenid': buyer('getbyopenid', 200),
  'POST /@buyer/getlist': buyer('getlist', 200, () => [999_999]),
  'POST /@buyer/saveuser': buyer('saveuser', 200, ({ openId }) => ({ openId, name: 'nickname-of-a' })),
  'POST /@buyer/createmember': buyer('createmember', 200, noBuyer),
  'POST /@buyer/bindmember': buyer('bindmember', 200, noBuyer),
  'POST /@buyer/unbindmember': buyer('unbindmember', 200, noBuyer),
  ...underBoth('POST wechat-miniapp/user', (path) => open(path, 400, { body: badCode })),
  ...underBoth('PUT wechat-miniapp/user', (path) => bySession(path, 400, { body: noData })),
  ...underBoth('GET wechat-mp/authorize', (path) => open(path, 302)),
  // The state is none: WeChat is not asked.
  ...underBoth('GET wechat-mp/callback', (path) => open(path, 400)),
  ...underBoth('GET wechat-mp/gateway', (path) => open(path, 403)),
  ...underBoth('POST wechat-mp/gateway', (path) => open(path, 403, { body: () => ({}) })),
  // Shows each browser only its own user; without a session in a cookie there is nothing to end.
  'GET /@boilerplate/wechat/mp/index': open(() => '/boilerplate-of-a/wechat/mp/index', 200),
  'POST /@boilerplate/wechat/mp/logout': open(() => '/boilerplate-of-a/wechat/mp/logout', 303),
  'GET /@control/v1/:appId/:credential/ouath2': control((w, c) => `${wx(w, '')}/${c}/ouath2?code=no`),
  'GET /@control/v1/:appId/:credential/oauth2': control((w, c) => `${wx(w, '')}/${c}/oauth2?code=no`),
  'GET /@control/v1/:appId/:credential/userInfo': control((w, c) => `${wx(w, '')}/${c}/userInfo`),
  'GET /@control/mini/v1/:appId/:credential/code2Session': control(
    (w, c) => `${wx(w, 'mini/')}/${c}/code2Session?code=no`,
  ),
  'GET /@control/mini/v1/:appId/:credential/access_token': control(
    (w, c) => `${wx(w, 'mini/')}/${c}/access_token`,
  ),
  'POST /@control/mini/v1/:appId/:credential/qrcode/unlimited': control(
    (w, c) => `${wx(w, 'mini/')}/${c}/qrcode/unlimited`,
  ),
  'GET /@control/mini/v1/:appId/openId': control((w, c) => `${wx(w, 'mini/')}/openId?token=${c}`),
  'GET /@control/mini/v1/:appId/decode': control(
    (w, c) => `${wx(w, 'mini/')}/decode?token=${c}&encryptedData=x&iv=x`,
  ),
  'GET /@control/mini/v1/:appId/unionId': control((w, c) => `${wx(w, 'mini/')}/unionId?token=${c}`),

  // Open to WeChat, whose requests are signed.
  'GET /gateway/:appId': open(({ appId }) => `/gateway/${appId}`, 403),
  'POST /gateway/:appId': open(({ appId }) => `/gateway/${appId}`, 403, { body: () => ({}) }),

  // Open to WeChat Pay, whose notifications are signed.
  'POST /pay/:mchid/notify': open(({ mchid }) => `/pay/${mchid}/notify`, 401, { body: () => ({}) }),

  'GET /api/v1/payments': byKey(() => `${v1}/payments`, 200, { outcomes: ownOnly }),
  'GET /api/v1/payments/:billId': byKey(() => `${v1}/payments/bill-of-a`, 200),
  'POST /api/v1/payments': byKey(() => `${v1}/payments`, 201, {
    body: ({ appId, openId, payMchid: mchid }) => ({
      ...{ appId, openId, mchid, billId: 'added-bill', total: 1, description: 'x' },
    }),
  }),
  'GET /api/v1/refunds': byKey(() => `${v1}/refunds`, 200, { outcomes: ownOnly }),
  'GET /api/v1/refunds/:id': byKey(({ refundId }) => `${v1}/refunds/${refundId}`, 200),
  'POST /api/v1/refunds': byKey(() => `${v1}/refunds`, 201, {
    body: ({ payMchid: mchid }) => ({ billId: 'bill-of-a', fee: 2, mchid }),
  }),
  'GET /api/v1/messages': byKey(() => `${v1}/messages`, 200, { outcomes: ownOnly }),
  'GET /api/v1/messages/:id': byKey(({ messageId }) => `${v1}/messages/${messageId}`, 200),
  // The key without other scopes is for this alone.
  'GET /api/v1/audit': byKey(() => `${v1}/audit?limit=200`, 200, {
    outcomes: { ...ownOnly, noScope: { status: 200, maySee: true } },
  }),
  'GET /api/v1/apps': byKey(() => `${v1}/apps`, 200, { outcomes: ownOnly }),
  'POST /api/v1/apps': byKey(() => `${v1}/apps`, 201, {
    body: ({ tenantId }) => ({
      appId: 'wx_added',
      kind: 'open_app',
      name: 'x',
      secret: 's'.repeat(32),
      tenantId,
    }),
    outcomes: neverWider,
  }),
  'GET /api/v1/apps/:appId': byKey(app, 200),
  'PATCH /api/v1/apps/:appId': byKey(app, 200, { body: () => ({ name: 'renamed' }) }),
  'POST /api/v1/apps/:appId/secrets': byKey(({ spareAppId }) => `${v1}/apps/${spareAppId}/secrets`, 201, {
    body: () => ({ secret: 'n'.repeat(32) }),
  }),
  'DELETE /api/v1/apps/:appId/secrets/:fingerprint': byKey(
    ({ appId, fingerprint }) => `${v1}/apps/${appId}/secrets/${fingerprint}`,
    204,
  ),
  'GET /api/v1/apps/:appId/access-token': byKey((w, c) => `${app(w, c)}/access-token`, 200),
  'POST /api/v1/apps/:appId/access-token/report': byKey((w, c) => `${app(w, c)}/access-token/report`, 200, {
    body: () => ({ token: 'another' }),
  }),
  // Tenant A has a mini program: the call gets as far as finding that out.
  'POST /api/v1/apps/:appId/js-signature': byKey((w, c) => `${app(w, c)}/js-signature`, 400, {
    body: () => ({ url: 'https://shop.example/' }),
  }),
  'GET /api/v1/merchants': byKey(() => `${v1}/merchants`, 200, { outcomes: ownOnly }),
  'POST /api/v1/merchants': byKey(() => `${v1}/merchants`, 201, {
    body: ({ tenantId, appId, newMerchant }) => ({ ...newMerchant, tenantId, apps: [appId] }),
    outcomes: neverWider,
  }),
  'GET /api/v1/merchants/:mchid': byKey(merchant, 200),
  'PATCH /api/v1/merchants/:mchid': byKey(merchant, 200, { body: () => ({ name: 'renamed' }) }),
  'DELETE /api/v1/merchants/:mchid': byKey(({ spareMchid }) => `${v1}/merchants/${spareMchid}`, 204),
  'GET /api/v1/mounts': byKey(() => `${v1}/mounts`, 200, { outcomes: ownOnly }),
  'POST /api/v1/mounts': byKey(() => `${v1}/mounts`, 201, {
    body: ({ appId }) => ({ contract: 'commcn', appId, path: '/added/api/v1' }),
  }),
  'GET /api/v1/mounts/:id': byKey(mount, 200),
  'PATCH /api/v1/mounts/:id': byKey(mount, 200, { body: () => ({ options: {} }) }),
  'DELETE /api/v1/mounts/:id': byKey(mount, 204),
  'GET /api/v1/tenants': byKey(() => `${v1}/tenants`, 200, { outcomes: { otherTenant: 200, ...ofTenant } }),
  'POST /api/v1/tenants': byKey(() => `${v1}/tenants`, 201, {
    body: () => ({ name: 'new' }),
    outcomes: neverWider,
  }),
  'GET /api/v1/tenants/:id': byKey(tenant, 200, { outcomes: ofTenant }),
  'PATCH /api/v1/tenants/:id': byKey(tenant, 200, {
    body: () => ({ name: 'now' }),
    outcomes: { otherApp: 403 },
  }),
  'DELETE /api/v1/tenants/:id': byKey(({ spareTenantId }) => `${v1}/tenants/${spareTenantId}`, 204),
  'GET /api/v1/keys': byKey(() => `${v1}/keys`, 200, { outcomes: ownOnly }),
  'POST /api/v1/keys': byKey(() => `${v1}/keys`, 201, {
    body: ({ tenantId, appId }) => ({ name: 'wide', scopes: ['admin'], tenantId, apps: [appId] }),
    outcomes: neverWider,
  }),
  'GET /api/v1/keys/:id': byKey(key, 200),
  'PATCH /api/v1/keys/:id': byKey(key, 200, { body: () => ({ name: 'renamed' }) }),
  'DELETE /api/v1/keys/:id': byKey(key, 204),

  'POST /api/v1/logins': open(() => `${v1}/logins`, 400, { body: ({ appId }) => ({ appId, code: 'no' }) }),
  'POST /api/v1/sessions/verify': byKey(() => `${v1}/sessions/verify`, 200, {
    body: ({ token }) => ({ token }),
    outcomes: ownOnly,
  }),
  // A session of another app is somebody's own session here: it shows that one's things.
  'GET /api/v1/me': bySession(() => `${v1}/me`, 200, { outcomes: { otherSession: 200 } }),
  'PATCH /api/v1/me': bySession(() => `${v1}/me`, 200, {
    body: () => ({ city: '深圳' }),
    outcomes: { otherSession: 200 },
  }),
  // The code is none: the call gets as far as WeChat.
  'POST /api/v1/me/phone': bySession(() => `${v1}/me/phone`, 400, {
    body: () => ({ code: 'no' }),
    outcomes: { otherSession: 400 },
  }),
  'POST /api/v1/me/open-data': bySession(() => `${v1}/me/open-data`, 400, {
    body: () => ({ encryptedData: 'x', iv: 'x' }),
    outcomes: { otherSession: 400 },
  }),
  'GET /api/v1/sessions/current': bySession(() => `${v1}/sessions/current`, 200, {
    outcomes: { otherSession: 200 },
  }),
  'GET /api/v1/users': byKey(({ openId }) => `${v1}/users?openId=${openId}`, 200, { outcomes: ownOnly }),
  'GET /api/v1/users/:id': byKey(user, 200),
  // Nothing was merged: the call gets as far as finding that out.
  'POST /api/v1/users/:id/unmerge': byKey((w, c) => `${user(w, c)}/unmerge`, 409),
  'GET /api/v1/members': byKey(() => `${v1}/members`, 200, { outcomes: { otherTenant: 200, otherApp: 403 } }),
  'POST /api/v1/members': byKey(() => `${v1}/members`, 201, {
    body: ({ tenantId }) => ({ tenantId, name: 'x', phone: '13800000002' }),
    outcomes: neverWider,
  }),
  'POST /api/v1/members/search': byKey(() => `${v1}/members/search`, 200, {
    body: ({ tenantId }) => ({ tenantId, phone: '13800000000' }),
    outcomes: neverWider,
  }),
  'GET /api/v1/members/:id': byKey(member, 200),
  'PATCH /api/v1/members/:id': byKey(member, 200, { body: () => ({ cardState: 'active' }) }),
  'POST /api/v1/members/:id/reveal': byKey((w, c) => `${member(w, c)}/reveal`, 200, {
    body: () => ({ purpose: 'a test' }),
  }),
  'GET /api/v1/scenes/:id': byKey(({ shortScene }) => `${v1}/scenes/${shortScene}`, 200),
  'GET /api/v1/webhooks': byKey(() => `${v1}/webhooks`, 200, { outcomes: ownOnly }),
  'POST /api/v1/webhooks': byKey(() => `${v1}/webhooks`, 201, {
    body: ({ tenantId, appId }) => ({ url: 'https://example.com/added', tenantId, apps: [appId] }),
    outcomes: neverWider,
  }),
  'GET /api/v1/webhooks/:id': byKey(webhook, 200),
  'PATCH /api/v1/webhooks/:id': byKey(webhook, 200, { body: () => ({ kinds: null }) }),
  'POST /api/v1/webhooks/:id/secret': byKey((w, c) => `${webhook(w, c)}/secret`, 200),
  'GET /api/v1/webhooks/:id/deliveries': byKey((w, c) => `${webhook(w, c)}/deliveries`, 200),
  // No message came: the call gets as far as finding that out.
  'GET /api/v1/webhooks/:id/deliveries/:messageId': byKey((w, c) => `${webhook(w, c)}/deliveries/1`, 404),
  'POST /api/v1/webhooks/:id/deliveries/:messageId/replay': byKey(
    (w, c) => `${webhook(w, c)}/deliveries/1/replay`,
    404,
  ),
  'POST /api/v1/webhooks/:id/replay': byKey((w, c) => `${webhook(w, c)}/replay`, 200, {
    body: () => ({ from: 0, to: 1 }),
  }),
  'DELETE /api/v1/webhooks/:id': byKey(webhook, 204),
  'DELETE /api/v1/sessions/current': bySession(() => `${v1}/sessions/current`, 204, {
    outcomes: { otherSession: 204 },
  }),
  'DELETE /api/v1/users/:id/sessions': byKey((w, c) => `${user(w, c)}/sessions`, 200),
  'GET /api/v1/members/:id/export': byKey((w, c) => `${member(w, c)}/export`, 200),
  'DELETE /api/v1/members/:id': byKey(member, 200),
  'GET /api/v1/people/:userId/export': byKey(({ userId }) => `${v1}/people/${userId}/export`, 200),
  'DELETE /api/v1/people/:userId': byKey(({ userId }) => `${v1}/people/${userId}`, 200),
  'DELETE /api/v1/apps/:appId': byKey(({ spareAppId }) => `${v1}/apps/${spareAppId}`, 204),
}
