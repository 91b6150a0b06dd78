import { deepEqual, equal, ok } from 'node:assert/strict'
import { startApiHub } from '../api/api-hub.ts'
import { query, testOnBoth } from '../support/database.ts'
import { planted } from '../support/personal-leak.ts'

type Hub = Awaited<ReturnType<typeof startApiHub>>

const path = '/fruit/api/weixin/wxbuyinguser'
const person = {
  name: planted.name,
  phone: planted.phone,
  idCard: planted.idCard,
  sex: 2,
  birthday: planted.birthday,
  address: planted.address,
}

testOnBoth(
  'keeps what is personal under lock, and shows it in plain with a purpose only',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    await mount(hub)
    const { openId } = await hub.logIn()
    const buyer = await call(hub, 'GET', `/getbyopenid?openId=${openId}`)
    equal((await call(hub, 'POST', '/saveuser', { openId, phone: planted.typedPhone })).status, 200)
    const created = await call(hub, 'POST', '/createmember', { wxBuyingUserId: buyer.body.id, ...person })
    equal(created.body.status, 200, JSON.stringify(created.body))
    const id = Number(created.body.data)

    const masked = (await hub.call('GET', `/members/${id}`)).json
    deepEqual(
      [masked.name, masked.phone, masked.idCard, masked.birthday, masked.cardState, masked.number],
      [
        '欧***',
        '139****7788',
        `110***********${planted.idCard.slice(-4)}`,
        '1988***',
        'active',
        `M${String(id).padStart(8, '0')}`,
      ],
    )
    const refused = await hub.call(
      'POST',
      `/members/${id}/reveal`,
      { purpose: 'x' },
      await hub.makeKey({ scopes: ['members:read', 'members:write'] }),
    )
    equal(refused.status, 403)
    equal((await hub.call('POST', `/members/${id}/reveal`, { purpose: ' ' })).status, 400)
    const plain = (await hub.call('POST', `/members/${id}/reveal`, { purpose: '回访 #7' })).json
    deepEqual([plain.name, plain.phone, plain.address], [planted.name, planted.phone, planted.address])
    const [entry] = await hub.hub.audit.list({ action: 'member.revealed', before: null, limit: 5 })
    deepEqual([entry?.subject, entry?.detail], [`member:${id}`, { purpose: '回访 #7' }])

    await hub.call('POST', `/members/${id}/reveal`, { purpose: `call ${planted.phone}` })
    const [named] = await hub.hub.audit.list({ action: 'member.revealed', before: null, limit: 1 })
    deepEqual(named?.detail, { purpose: 'call ***' })
    await hub.call('POST', `/members/${id}/reveal`, { purpose: 'order 20261121 of 13800138000' })
    const [other] = await hub.hub.audit.list({ action: 'member.revealed', before: null, limit: 1 })
    deepEqual(other?.detail, { purpose: 'order 20261121 of ***' })

    equal((await hub.call('POST', '/members/search', { number: 'a\u0000b' })).status, 400)
    const byPhone = (await hub.call('POST', '/members/search', { phone: `+86${planted.phone}` })).json
    deepEqual(byPhone, { items: [masked], next: null })
    const byCard = (await hub.call('POST', '/members/search', { idCard: planted.idCard.toLowerCase() })).json
    deepEqual(byCard, byPhone)
    // What was masked and comes back changes nothing.
    const { name, phone, idCard, birthday, address } = masked
    const patched = await hub.call('PATCH', `/members/${id}`, {
      name,
      phone,
      idCard,
      birthday,
      address,
      cardState: 'lost',
    })
    equal(patched.status, 200, patched.text)
    equal((await hub.call('POST', `/members/${id}/reveal`, { purpose: 'again' })).json.phone, planted.phone)
  },
)

testOnBoth('saves what is said of a buyer for that buyer, and for nobody else', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  await mount(hub)
  // One person with two identities: from here on no identity has the number of its user.
  const first = await hub.logIn()
  await hub.logIn(await hub.makeApp(1))
  const second = await hub.logIn(hub.miniAppId, 'u2')
  const saved = {
    openId: second.openId,
    name: '二号',
    profile: 'https://a.example/2.png',
    phone: '13700000002',
  }
  const { body } = await call(hub, 'POST', '/saveuser', saved)
  equal(body.status, 200, JSON.stringify(body))
  const { id, name, profile, phone } = (await call(hub, 'GET', `/getbyopenid?openId=${second.openId}`)).body
  deepEqual([id, name, profile, phone], [body.data, saved.name, saved.profile, saved.phone])
  const other = (await call(hub, 'GET', `/getbyopenid?openId=${first.openId}`)).body
  deepEqual([other.name, other.profile, other.phone], ['', '', ''])
})

testOnBoth('says why a card cannot be bound', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  await mount(hub)
  const { openId } = await hub.logIn()
  const { id: wxBuyingUserId } = (await call(hub, 'GET', `/getbyopenid?openId=${openId}`)).body
  for (const [cardState, status] of [
    ['unusable', 601],
    ['lost', 603],
    ['void', 604],
    ['active', 200],
  ] as const) {
    const number = `n-${cardState}`
    const phone = `1380000${String(status).padStart(4, '0')}`
    const added = await hub.call('POST', '/members', { name: 'x', phone, cardState, number })
    equal(added.status, 201, added.text)
    const bound = await call(hub, 'POST', '/bindmember', { wxBuyingUserId, phone, name: 'x' })
    deepEqual([bound.status, bound.body.status], [200, status])
  }
})

testOnBoth('lets one of twenty win who bind one member at the same moment', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  await mount(hub)
  // A second process, as far as the database can tell.
  const other = await startApiHub(t, engine, { database: hub.database, sandbox: hub.sandbox })
  const { json } = await hub.call('POST', '/members', { name: 'x', phone: '13800000001' })
  const ids = await makeBuyers(hub, 20)
  const answers = await Promise.all(
    ids.map((wxBuyingUserId, at) =>
      call(at % 2 === 0 ? hub : other, 'POST', '/bindmember', { wxBuyingUserId, phone: '13800000001' }),
    ),
  )
  deepEqual(answers.map(({ body }) => Number(body.status)).sort(), [
    200,
    ...Array.from({ length: 19 }, () => 500),
  ])
  const won = ids[answers.findIndex(({ body }) => body.status === 200)]
  equal((await call(hub, 'GET', `/get?id=${won}`)).body.memberId, json.id)
  const shown = (await call(hub, 'POST', '/getlist', ids)).list
  equal(shown.filter((buyer) => buyer.memberId === json.id).length, 1)

  // Freed, it can be bound again; the history stays.
  equal((await call(hub, 'POST', '/unbindmember', { wxBuyingUserId: won })).body.status, 200)
  const next = ids.find((id) => id !== won)
  equal(
    (await call(hub, 'POST', '/bindmember', { wxBuyingUserId: next, phone: '13800000001' })).body.status,
    200,
  )
  if (engine === 'postgres') {
    const history = await query(hub.database.url, 'select count(*)::text as value from member_bindings')
    deepEqual(history, ['2'])
  }
})

testOnBoth('lets one of ten win who register one phone at the same moment', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  await mount(hub)
  const ids = await makeBuyers(hub, 10)
  const answers = await Promise.all(
    ids.map((wxBuyingUserId) =>
      call(hub, 'POST', '/createmember', { wxBuyingUserId, name: 'x', phone: '13800000002' }),
    ),
  )
  deepEqual(answers.map(({ body }) => Number(body.status)).sort(), [
    200,
    ...Array.from({ length: 9 }, () => 500),
  ])
  equal(((await hub.call('GET', '/members')).json.items as unknown[]).length, 1)
})

testOnBoth('shows a tenant nothing of another, whatever it asks for', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const [one, other] = [await hub.hub.tenants.add('one'), await hub.hub.tenants.add('other')]
  const [appOfOne, appOfOther] = [await hub.makeApp(one.id), await hub.makeApp(other.id)]
  await hub.hub.mounts.add({ contract: 'buyer', appId: appOfOne, path: '/one/api/weixin/wxbuyinguser' })
  await hub.hub.mounts.add({ contract: 'buyer', appId: appOfOther, path: '/other/api/weixin/wxbuyinguser' })
  const key = await hub.makeKey({ tenantId: other.id })
  const { openId } = await hub.logIn(appOfOne, 'u1')
  const mine = await hub.logIn(appOfOther, 'u2')
  const ask = (method: string, rest: string, body?: unknown) =>
    call(hub, method, rest, body, { key, base: '/other/api/weixin/wxbuyinguser' })
  const { id } = (
    await call(hub, 'GET', `/getbyopenid?openId=${openId}`, undefined, {
      base: '/one/api/weixin/wxbuyinguser',
    })
  ).body
  const myId = (await ask('GET', `/getbyopenid?openId=${mine.openId}`)).body.id
  const created = await call(
    hub,
    'POST',
    '/createmember',
    { wxBuyingUserId: id, ...person },
    { base: '/one/api/weixin/wxbuyinguser' },
  )
  equal(created.body.status, 200)

  equal((await ask('GET', `/get?id=${id}`)).status, 404)
  equal((await ask('GET', `/getbyopenid?openId=${openId}`)).status, 404)
  deepEqual((await ask('POST', '/getlist', [id])).list, [])
  equal((await ask('POST', '/saveuser', { id, name: 'x' })).body.status, 500)
  for (const rest of ['/createmember', '/bindmember', '/unbindmember']) {
    equal((await ask('POST', rest, { wxBuyingUserId: id, ...person, phone: '13800000003' })).body.status, 500)
  }
  equal((await ask('POST', '/bindmember', { wxBuyingUserId: myId, ...person })).body.status, 602)
  equal((await hub.call('GET', `/members/${created.body.data}`, undefined, key)).status, 404)
  equal((await hub.call('PATCH', `/members/${created.body.data}`, { cardState: 'void' }, key)).status, 404)
  equal(
    (await hub.call('POST', `/members/${created.body.data}/reveal`, { purpose: 'theft' }, key)).status,
    404,
  )
  deepEqual((await hub.call('GET', '/members', undefined, key)).json, { items: [], next: null })
  deepEqual((await hub.call('POST', '/members/search', { phone: planted.phone }, key)).json, {
    items: [],
    next: null,
  })
  // The same person can be a member of both.
  equal((await ask('POST', '/createmember', { wxBuyingUserId: myId, ...person })).body.status, 200)
  const foreign = await call(hub, 'GET', `/get?id=${id}`, undefined, {
    key,
    base: '/one/api/weixin/wxbuyinguser',
  })
  equal(foreign.status, 403)
})

testOnBoth(
  'keeps a buyer, its binding and its phone when its user is merged into another, and back',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    const { user: older } = await hub.logIn()
    const appId = await hub.makeApp((await hub.hub.tenants.ensure()).id, 'mini_program', false)
    await hub.hub.mounts.add({ contract: 'buyer', appId, path })
    const { openId, user } = await hub.logIn(appId)
    ok(user.id !== older.id)
    await call(hub, 'POST', '/saveuser', { openId, phone: planted.typedPhone })
    const { id: wxBuyingUserId } = (await call(hub, 'GET', `/getbyopenid?openId=${openId}`)).body
    equal((await call(hub, 'POST', '/createmember', { wxBuyingUserId, ...person })).body.status, 200)
    const seen = async () => {
      const { id, memberId, phone } = (await call(hub, 'GET', `/get?id=${wxBuyingUserId}`)).body
      return { id, memberId, phone }
    }
    const before = await seen()
    equal(before.phone, planted.typedPhone)

    await hub.sandbox.control('POST', '/apps', { appid: appId, openPlatform: 'demo' })
    equal((await hub.logIn(appId)).user.id, older.id, 'merged')
    deepEqual(await seen(), before)
    equal((await hub.hub.users.getPerson(older.id)).phone, planted.typedPhone)
    equal((await hub.call('POST', `/users/${older.id}/unmerge`)).status, 200)
    deepEqual(await seen(), before)
    equal((await hub.hub.users.getPerson(older.id)).phone, null)
  },
)

async function mount(hub: Hub): Promise<void> {
  await hub.hub.mounts.add({ contract: 'buyer', appId: hub.miniAppId, path })
}

async function makeBuyers(hub: Hub, count: number): Promise<number[]> {
  const made = Array.from({ length: count }, (_, at) =>
    call(hub, 'POST', '/saveuser', { openId: `o_buyer_${at}` }),
  )
  return (await Promise.all(made)).map(({ body }) => Number(body.data))
}

async function call(
  hub: Hub,
  method: string,
  rest: string,
  body?: unknown,
  { key, base = path }: { key?: string; base?: string } = {},
) {
  const headers = { authorization: `Bearer ${key ?? `whk_${'a'.repeat(40)}`}` }
  const answer = await hub.send(
    method,
    base + rest,
    body === undefined ? { headers } : hub.json(body, headers),
  )
  return {
    status: answer.status,
    body: answer.body as Record<string, unknown>,
    list: answer.body as Record<string, unknown>[],
  }
}
