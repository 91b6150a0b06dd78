import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { OpenSandbox } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'
import { provocations } from './provocations.ts'

type Recorded = { endpoint: string; body: { errcode: number; errmsg: string }; source: string }

const recordings: Recorded[] = JSON.parse(
  readFileSync(new URL('recorded-errors.json', import.meta.url), 'utf8'),
)

const ridPattern = /rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/
// Bodies of before 2020 end in another form, of which only the message is compared.
const bareMessage = (errmsg: string) => errmsg.replace(/,? (rid|hints?): .*$/, '')
const normalise = (errmsg: string) =>
  ridPattern.test(errmsg)
    ? errmsg.replace(/hint: \[[\w.-]{10,17}\]/, 'hint: […]').replace(ridPattern, 'rid: …')
    : bareMessage(errmsg)
const toDocumentationAddress = (errmsg: string) => errmsg.replaceAll('127.0.0.1', '203.0.113.7')

test('has recordings to compare with', () => ok(recordings.length > 30))

for (const { endpoint, body } of recordings) {
  test(`answers ${endpoint} with ${body.errcode} as WeChat was recorded to`, async (t) => {
    const wechat = await openSandbox(t)
    const text = await (await provoke(t, wechat, endpoint, body.errcode)).text()
    const reply = JSON.parse(text) as Recorded['body']
    equal(text, JSON.stringify(reply))
    deepEqual(Object.keys(reply), ['errcode', 'errmsg'])
    equal(reply.errcode, body.errcode)
    match(reply.errmsg, ridPattern)
    const ours = toDocumentationAddress(reply.errmsg)
    if (ridPattern.test(body.errmsg)) equal(normalise(ours), normalise(body.errmsg))
    else equal(bareMessage(ours), bareMessage(body.errmsg))
  })
}

test('puts the time into the first group of a rid', async (t) => {
  const wechat = await openSandbox(t)
  const { errmsg } = await wechat.get('/cgi-bin/token')
  const [, group = ''] = /rid: ([0-9a-f]{8})-/.exec(String(errmsg)) ?? []
  ok(Math.abs(Number.parseInt(group, 16) * 1000 - Date.now()) < 5000)
})

async function provoke(_: TestContext, wechat: OpenSandbox, endpoint: string, errcode: number) {
  const provocation = provocations[`${endpoint} ${errcode}`]
  ok(provocation, 'nothing provokes this recording')
  const response = await provocation(wechat)
  equal(response.status, 200)
  const sns = endpoint.includes(' /sns/')
  equal(response.headers.get('content-type'), sns ? 'text/plain' : 'application/json; encoding=utf-8')
  return response
}
