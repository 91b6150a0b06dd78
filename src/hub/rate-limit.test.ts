import { doesNotThrow, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimit } from './rate-limit.ts'

function createLimit() {
  const clock = { now: 0 }
  const limit = createRateLimit({ max: 3, windowMs: 60_000, now: () => clock.now })
  const fail = (address: string, times: number) => {
    for (let count = 0; count < times; count += 1) limit.count(address)
  }
  return { clock, limit, fail }
}

test('stops an address at its limit, and no other, until the minute is over', () => {
  const { clock, limit, fail } = createLimit()
  fail('203.0.113.7', 2)
  doesNotThrow(() => limit.check('203.0.113.7'))
  fail('203.0.113.7', 1)
  throws(() => limit.check('203.0.113.7'), { code: 'too_many_requests' })
  doesNotThrow(() => limit.check('203.0.113.8'))
  clock.now = 60_001
  doesNotThrow(() => limit.check('203.0.113.7'))
})

test('counts an IPv6 network of one subscriber as one address', () => {
  const { limit, fail } = createLimit()
  fail('2001:db8:1:2::1', 2)
  fail('2001:db8:1:2:ffff::9', 1)
  throws(() => limit.check('2001:db8:1:2::abcd'))
  doesNotThrow(() => limit.check('2001:db8:1:3::1'))
})

test('exempts loopback in all its spellings', () => {
  const { limit, fail } = createLimit()
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    fail(address, 10)
    doesNotThrow(() => limit.check(address))
  }
})
