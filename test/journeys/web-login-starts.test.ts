import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { startCaseHub } from '../dialects/case-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { startHub } from '../support/hub.ts'
import { createWebBrowser, login } from './web-browser.ts'

test('limits how many logins one address may begin, since each is stored', async (t) => {
  const hub = await startCaseHub(t, 'sqlite', { env: { WEHUB_TRUSTED_PROXIES: '127.0.0.1' } })
  const begin = async (address: string) =>
    (await hub.get(`${login}/authorize`, { 'x-forwarded-for': address })).status
  const statuses = await Promise.all(Array.from({ length: 305 }, () => begin('203.0.113.7')))
  equal(statuses.filter((status) => status === 302).length, 300)
  equal(statuses.filter((status) => status === 429).length, 5)
  equal(await begin('203.0.113.8'), 302)
  hub.later(61_000)
  equal(await begin('203.0.113.7'), 302)
})

test('sets cookies where the browser sees the hub, below the path of the public URL', async (t) => {
  const env = { WEHUB_PUBLIC_URL: 'https://hub.example/wx', WEHUB_SANDBOX_ALLOW_BIND: '1' }
  const hub = await startHub(t, { env })
  const { headers } = await hub.get(`${login}/authorize`)
  match(String(headers.get('set-cookie')), /; Path=\/wx\/boilerplate; HttpOnly; SameSite=Lax; Secure$/)
})

testOnBoth('starts a login that failed again where it began', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const again = (text: string) => /href="([^"]*authorize[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
  const authorize = `${hub.url}${login}/authorize`
  const wanted = `${authorize}?redirect=${encodeURIComponent(`${hub.url}/cart?a=1&b=2#c`)}`
  for (const trouble of [{ errcode: 40029 }, { errcode: 40013 }, { drop: 'before' }]) {
    const browser = createWebBrowser(hub)
    const callback = await browser.agree(await browser.begin('?redirect=/cart?a=1%26b=2%23c'))
    await hub.sandbox.fault({ path: '/sns/oauth2/access_token', times: 1, ...trouble })
    equal(again((await browser.get(callback)).text), wanted, JSON.stringify(trouble))
    // Nobody else is told where it began.
    equal(again((await createWebBrowser(hub).get(callback)).text), authorize)
  }
  const browser = createWebBrowser(hub)
  await browser.get(await browser.agree(await browser.begin()))
  equal(again((await browser.get(`${login}/callback?state=${'0'.repeat(32)}&code=x`)).text), authorize)
})
