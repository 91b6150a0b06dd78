import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandomBytes } from '../../sandbox/random-bytes.ts'
import { createWorld } from '../../sandbox/world.ts'

const createSmallWorld = () =>
  createWorld({ realNow: Date.now, random: systemRandomBytes, gatewayUrls: new Map() })

test('forgets replaced tokens, never one in use', () => {
  const { tokens } = createSmallWorld()
  const idle = tokens.issue('wx-idle', 'stable', 0)
  const first = tokens.issue('wx-busy', 'plain', 300_000)
  for (let times = 0; times < 30_000; times += 1) tokens.issue('wx-busy', 'plain', 300_000)
  equal(tokens.verify(idle.value).appid, 'wx-idle')
  throws(() => tokens.verify(first.value))
})

test('copes with more apps than remembered tokens', () => {
  const { tokens } = createSmallWorld()
  for (let app = 0; app < 25_000; app += 1) tokens.issue(`wx-${app}`, 'plain', 0)
  equal(tokens.findCurrent('wx-0', 'plain')?.appid, 'wx-0')
})

test('keeps the newest notifications', () => {
  const { notifications } = createSmallWorld().pay
  const kept = {
    mchid: '',
    eventType: '',
    outTradeNo: '',
    outRefundNo: null,
    url: '',
    body: '',
    createdAt: 0,
  }
  for (let id = 0; id <= 100_000; id += 1)
    notifications.insert({ ...kept, id: `${id}`, state: 'delivered', attempts: [], nextAt: null })
  equal(notifications.find('0'), null)
  equal(notifications.list().length, 100_000)
})

test('keeps the newest calls and counts all', () => {
  const { calls } = createSmallWorld()
  const call = {
    method: 'GET',
    path: '/sns/auth',
    search: '',
    query: new URLSearchParams(),
    body: '',
    headers: {},
  }
  for (let at = 0; at < 25_000; at += 1) calls.record({ ...call, address: '127.0.0.1' }, at)
  const listed = calls.list(() => true)
  equal(listed.count, 25_000)
  equal(listed.calls.length, 10_000)
  equal(listed.calls.at(-1)?.at, 24_999)
})
