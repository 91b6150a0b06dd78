import { deepEqual, equal } from 'node:assert/strict'
import { type ApiHub, startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'

const typed = '13900000009'
const numbers = { newcomer: '13800000001', other: '13700000002' }

testOnBoth('moves a verified number into the user that a merge keeps, and back', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { first, second, merge } = await twoUsers(hub)
  await hub.hub.users.change(await hub.identityId(first.token), { phone: typed })
  await takePhone(hub, second, hub.miniAppId)
  await merge()
  deepEqual(await phoneOf(hub, first), [numbers.newcomer, true])
  equal((await hub.call('POST', `/users/${first.user.id}/unmerge`)).status, 200)
  deepEqual(await phoneOf(hub, first), [typed, false], 'what the user had typed is there again')
  deepEqual(await phoneOf(hub, second), [numbers.newcomer, true])
})

testOnBoth(
  'keeps the number of the older user where both are verified, and restores both',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    const { first, second, late, merge } = await twoUsers(hub)
    await takePhone(hub, second, hub.miniAppId)
    await hub.sandbox.control('POST', '/users', { id: 'newcomer', phone: numbers.other })
    await takePhone(hub, first, late)
    await merge()
    deepEqual(await phoneOf(hub, first), [numbers.other, true])
    deepEqual(await phoneOf(hub, second), [numbers.other, true])
    equal((await hub.call('POST', `/users/${first.user.id}/unmerge`)).status, 200)
    deepEqual(await phoneOf(hub, first), [numbers.other, true])
    deepEqual(await phoneOf(hub, second), [numbers.newcomer, true])
  },
)

testOnBoth(
  'gives a number to the user that is left, when a merge comes while WeChat is asked',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    const { first, second, merge } = await twoUsers(hub)
    const path = '/wxa/business/getuserphonenumber'
    await hub.sandbox.fault({ path, latencyMs: 500, times: 1 })
    const taking = takePhone(hub, second, hub.miniAppId)
    while ((await hub.upstreamCalls(path)) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await merge()
    await taking
    deepEqual(await phoneOf(hub, first), [numbers.newcomer, true])
  },
)

testOnBoth(
  'gives what a user changes to the user that is left, though the session was looked at before',
  async (t, engine) => {
    const at = Date.now()
    // No time passes: what is believed of the session is never looked at again.
    const hub = await startApiHub(t, engine, { now: () => at })
    const { first, second, merge } = await twoUsers(hub)
    const headers = { authorization: `wechat ${second.token}` }
    const shares = async (call: string, body: unknown) =>
      equal((await hub.post(`/shares/api/v1/weixin.${call}`, body, headers)).status, 200)
    const shown = async () => (await hub.call('GET', `/users/${first.user.id}`)).json
    await shares('get_user_info', {})
    await merge()

    await hub.call('PATCH', '/me', { nickname: 'by the API' }, second.token)
    equal((await shown()).nickname, 'by the API')
    await shares('update_user_info', { nickName: 'by shares', city: '广州' })
    equal((await shown()).nickname, 'by shares')
    await shares('upset_user_info', { key: 'phone', value: typed })
    deepEqual(await phoneOf(hub, first), [typed, false])
    await shares('upset_user_info', { key: 'group', value: 'vip' })
    equal((await hub.hub.users.getPerson(first.user.id)).settings.group, 'vip')
    const { encryptedData, iv } = await hub.sandbox.control('POST', '/users/newcomer/profile', {
      appid: hub.miniAppId,
    })
    const profile = hub.json({ encrypted_data: encryptedData, iv }, headers)
    const { body } = await hub.send('PUT', '/boilerplate/api/v1/wechat-miniapp/user', profile)
    const { nickname } = await shown()
    deepEqual([nickname, (body as { user: { nickname: string } }).user.nickname], ['林小满', nickname])
  },
)

type Login = { token: string; openId: string; user: { id: number } }

/** One person in two apps; WeChat tells the unionId of the first one late. */
async function twoUsers(hub: ApiHub) {
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const late = await hub.makeApp(tenantId, 'mini_program', false)
  // The hub knows the sandbox's own users from the start, unionIds and all.
  await hub.sandbox.control('POST', '/users', { id: 'newcomer', nickname: '林小满', phone: '13800000001' })
  const first: Login = await hub.logIn(late, 'newcomer')
  const second: Login = await hub.logIn(hub.miniAppId, 'newcomer')
  const { unionId } = (await hub.call('GET', '/me', undefined, second.token)).json
  async function merge(): Promise<void> {
    const app = await hub.hub.apps.get(late)
    await hub.hub.users.record({ app, openId: first.openId, unionId: String(unionId) })
  }
  return { first, second, late, merge }
}

async function takePhone(hub: ApiHub, { token }: Login, appid: string): Promise<void> {
  const { code } = await hub.sandbox.control('POST', '/users/newcomer/phone', { appid })
  equal((await hub.call('POST', '/me/phone', { code }, token)).status, 200)
}

/** As the hub knows it, whatever a session cache still believes. */
async function phoneOf(hub: ApiHub, { user }: Login) {
  const { json } = await hub.call('GET', `/users/${user.id}`)
  const { phone, isPhoneVerified } = await hub.hub.users.getPerson(Number(json.id))
  return [phone, isPhoneVerified]
}
