import { deepEqual, equal } from 'node:assert/strict'
import { type CaseHub, startCaseHub } from '../dialects/case-hub.ts'
import { testOnBoth } from '../support/database.ts'
import type { Answer } from '../support/hub-client.ts'

const behindProxy = { env: { WEHUB_TRUSTED_PROXIES: '127.0.0.1' } }

/** Callers of both contracts, at the addresses that a proxy names. */
async function createCallers(hub: CaseHub) {
  const app = await hub.makeApp('mini_program')
  const options = { envelope: 'ginrpc' } as const
  await hub.hub.mounts.add({ contract: 'commcn', path: '/shop/api/v1', appId: app.appId })
  await hub.hub.mounts.add({ contract: 'commcn', path: '/fruit/api/v1', appId: app.appId, options })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const callers = {
    code: () => hub.makeCode(app, 'u1'),
    oauth: (address: string, jscode: string, mount = 'shop'): Promise<Answer> =>
      hub.post(`/${mount}/api/v1/weixin.oauth`, { jscode }, from(address)),
    code2Session: (address: string, code: string): Promise<Answer> =>
      hub.get(`/wx/mini/v1/${app.appId}/${app.secret}/code2Session?code=${code}`, from(address)),
    /** Thirty failures, half of them in each contract. */
    async useUp(address: string, other = address): Promise<void> {
      for (let times = 0; times < 15; times += 1) {
        equal((await callers.oauth(address, `made-up-${times}`)).status, 400)
        const { body } = await callers.code2Session(other, `invented-${times}`)
        equal((body as { code: number }).code, 40_029)
      }
    },
  }
  return callers
}

testOnBoth('limits the failed codes of one address to thirty a minute', async (t, engine) => {
  const hub = await startCaseHub(t, engine, behindProxy)
  const { oauth, code2Session, code, useUp } = await createCallers(hub)
  await useUp('203.0.113.7')
  const asked = await hub.upstreamCalls('/sns/jscode2session')

  const limited = await oauth('203.0.113.7', await code())
  equal(limited.status, 429)
  deepEqual(limited.body, { code: 1429, error: 'too many requests' })
  const inGinrpc = await oauth('203.0.113.7', 'made-up', 'fruit')
  equal(inGinrpc.status, 200)
  deepEqual(inGinrpc.body, { state: false, code: 1429, error: 'too many requests' })
  const inControl = await code2Session('203.0.113.7', await code())
  equal(inControl.status, 200)
  deepEqual(inControl.body, {
    code: 45_011,
    msg: 'too many failed calls, try again in a minute',
    data: {},
    success: false,
  })
  equal(await hub.upstreamCalls('/sns/jscode2session'), asked, 'WeChat is not asked for a limited address')

  equal((await oauth('203.0.113.8', await code())).status, 200, 'another address is free')
  hub.later(61_000)
  equal((await oauth('203.0.113.7', await code())).status, 200, 'a minute later it works again')
})

testOnBoth('counts failures only: not logins, not troubles at WeChat', async (t, engine) => {
  const hub = await startCaseHub(t, engine, behindProxy)
  const { oauth, code } = await createCallers(hub)
  for (let times = 0; times < 35; times += 1) equal((await oauth('203.0.113.7', await code())).status, 200)
  await hub.sandbox.fault({ path: '/sns/jscode2session', errcode: -1, times: 35 })
  for (let times = 0; times < 35; times += 1) {
    equal((await oauth('203.0.113.7', `made-up-${times}`)).status, 503)
  }
  equal((await oauth('203.0.113.7', await code())).status, 200)
})

testOnBoth('is not deceived by a forwarded header that the caller wrote', async (t, engine) => {
  const hub = await startCaseHub(t, engine, behindProxy)
  const { oauth, useUp } = await createCallers(hub)
  await useUp('198.51.100.1, 203.0.113.7', '198.51.100.2, 203.0.113.7')
  equal((await oauth('198.51.100.3, 203.0.113.7', 'made-up')).status, 429)
  equal((await oauth('127.0.0.1, 203.0.113.7', 'made-up')).status, 429)
})

testOnBoth('takes the addresses of one IPv6 network as one', async (t, engine) => {
  const hub = await startCaseHub(t, engine, behindProxy)
  const { oauth, code, useUp } = await createCallers(hub)
  await useUp('2001:db8:1:2::1', '2001:db8:1:2:ffff::9')
  equal((await oauth('2001:db8:1:2:3:4:5:6', 'made-up')).status, 429)
  equal((await oauth('2001:db8:1:3::1', await code())).status, 200)
})

testOnBoth('leaves callers on the same machine out', async (t, engine) => {
  const hub = await startCaseHub(t, engine)
  const { oauth, code, useUp } = await createCallers(hub)
  // No proxy is declared, so the header says nothing.
  await useUp('203.0.113.7')
  await useUp('203.0.113.7')
  equal((await oauth('203.0.113.7', await code())).status, 200)
})
