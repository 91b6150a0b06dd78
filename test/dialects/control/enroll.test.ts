import { deepEqual, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { request } from 'undici'
import { type StartOptions, startHub } from '../../support/hub.ts'

const stableToken = '/cgi-bin/stable_token'

test('takes an unknown app that a trusted caller brings, once WeChat knows the pair', async (t) => {
  const { hub, appid, secret, codeOf, get } = await start(t, { enroll: true, trustedNetworks: ['127.0.0.1'] })
  const path = `/wx/mini/v1/${appid}/${secret}/access_token`
  equal(codeOf(await get(path)), 200)
  equal((await hub.hub.apps.get(appid)).kind, 'mini_program')
  equal(codeOf(await get(`/wx/mini/v1/${appid}/${'0'.repeat(32)}/access_token`)), 40125)
})

test('asks WeChat nothing for callers who may not enroll', async (t) => {
  const trusted = ['127.0.0.1']
  const { hub, appid, secret, codeOf, get } = await start(t, { enroll: true, trustedNetworks: trusted })
  const path = `/wx/mini/v1/${appid}/${secret}/access_token`
  const untrusted: Record<string, string>[] = [
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' },
    { origin: 'http://127.0.0.1' },
    { 'sec-fetch-site': 'same-origin' },
  ]
  for (const headers of untrusted) equal(codeOf(await get(path, headers)), 40013)
  await hub.hub.mounts.change(1, { options: { trustedNetworks: trusted } })
  equal(codeOf(await get(path)), 40013)
  await hub.hub.mounts.change(1, { options: { enroll: true, trustedNetworks: ['10.0.0.0/8'] } })
  equal(codeOf(await get(path)), 40013)
  equal(await hub.upstreamCalls(stableToken), 0)
})

test('remembers a refused pair for ten minutes, and tries at most five a minute', async (t) => {
  let now = Date.now()
  const options = { enroll: true, trustedNetworks: ['127.0.0.1'] }
  const { hub, appid, codeOf, get } = await start(t, options, { now: () => now })
  const call = (secret: string) => get(`/wx/mini/v1/${appid}/${secret.repeat(32)}/access_token`)
  deepEqual([codeOf(await call('a')), codeOf(await call('a'))], [40125, 40125])
  equal(await hub.upstreamCalls(stableToken), 1)
  for (const secret of ['b', 'c', 'd', 'e']) equal(codeOf(await call(secret)), 40125)
  equal(codeOf(await call('f')), 45011)
  equal(await hub.upstreamCalls(stableToken), 5)
  now += 601_000
  equal(codeOf(await call('a')), 40125)
  equal(await hub.upstreamCalls(stableToken), 6)
})

async function start(t: TestContext, options: object, more: StartOptions = {}) {
  const hub = await startHub(t, more)
  const mounts = await hub.hub.mounts.list()
  const control = mounts.find(({ contract }) => contract === 'control')
  await hub.hub.mounts.change(control?.id ?? 0, { options })
  const added = await hub.sandbox.control('POST', '/apps', { kind: 'mini_program' })
  // As a server's program calls: the fetch of Node sends Sec-Fetch-Mode, like a browser.
  const get = async (path: string, headers: Record<string, string> = {}) =>
    (await (await request(hub.url + path, { headers })).body.json()) as { code: number }
  const codeOf = ({ code }: { code: number }): number => code
  return { hub, get, appid: String(added.appid), secret: String(added.secret), codeOf }
}
