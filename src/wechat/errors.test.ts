import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { parseErrmsg, toHubError } from './errors.ts'

test('finds text and request id in every form that WeChat has used', () => {
  const rid = '652d44d0-1d0af18b-5b069232'
  const forms: [string, string, string | null][] = [
    [`invalid code, rid: ${rid}`, 'invalid code', rid],
    [`invalid appid rid: ${rid}`, 'invalid appid', rid],
    [`invalid code hint: [qKhDWV0sf-0s77ta] rid: ${rid}`, 'invalid code', rid],
    [`invalid appsecret, view more at http://t.cn/RAEkdVq hint: [x] rid: ${rid}`, 'invalid appsecret', rid],
    ['code been used, hints: [ req_id: yhcachqge-trI3PA ]', 'code been used', null],
    ['require subscribe hint: [pbUIDa0472ge21]', 'require subscribe', null],
    ['ok', 'ok', null],
  ]
  for (const [errmsg, text, id] of forms)
    deepEqual(parseErrmsg(1, errmsg), { errcode: 1, errmsg: text, rid: id })
})

test('tells the app token from the token of a user', () => {
  const answer = { errcode: 40001, errmsg: 'invalid credential', rid: null }
  equal(toHubError('/wxa/checksession', answer).code, 'app_misconfigured')
  equal(toHubError('/sns/userinfo', answer).code, 'authorization_over')
  equal(toHubError('/sns/jscode2session', { ...answer, errcode: 99_999 }).code, 'upstream_refused')
})
