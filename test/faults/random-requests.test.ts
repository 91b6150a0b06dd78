import { ok } from 'node:assert/strict'
import fc from 'fast-check'
import { secretMark } from '../../sandbox/secret-mark.ts'
import { startCaseHub } from '../dialects/case-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { runs } from '../support/runs.ts'
import { arbitraryRequest } from './arbitrary-request.ts'
import { type RawReply, type RawRequest, sendRaw } from './send-raw.ts'

testOnBoth('answers whatever is sent, and never with an error of its own', async (t, engine) => {
  const hub = await startCaseHub(t, engine, { env: { WEHUB_TRUSTED_PROXIES: '127.0.0.1' } })
  const app = await hub.makeApp('mini_program')
  const openApp = await hub.makeApp('open_app')
  const options = { envelope: 'ginrpc' } as const
  await hub.hub.mounts.add({ contract: 'commcn', path: '/shop/api/v1', appId: app.appId })
  await hub.hub.mounts.add({ contract: 'commcn', path: '/fruit/api/v1', appId: app.appId, options })
  const login = await hub.post('/shop/api/v1/weixin.oauth', { jscode: await hub.makeCode(app, 'u1') })
  const { session_id: token } = login.body as { session_id: string }

  const seen = new Map<number, number>()
  const request = arbitraryRequest({
    bases: ['/shop/api/v1', '/fruit/api/v1', '/wx'],
    appIds: [app.appId, openApp.appId],
    credentials: [token, app.secret, openApp.secret],
  })
  await fc.assert(
    fc.asyncProperty(request, async (one) => {
      const reply = await sendRaw(hub.url, one)
      seen.set(reply.status, (seen.get(reply.status) ?? 0) + 1)
      ok(reply.status < 500 || [502, 503].includes(reply.status), `${reply.status} ${reply.text}`)
      expectContractForm(one, reply)
    }),
    { numRuns: runs(300) },
  )
  ok(
    [200, 400, 404, 405].every((status) => seen.has(status)),
    JSON.stringify([...seen]),
  )
})

/** Below a mount everything is told in the contract's own form. */
function expectContractForm({ method, target }: RawRequest, { text, type }: RawReply): void {
  const isTokenCall = target.includes('/access_token')
  ok(isTokenCall || !text.includes(secretMark), 'the reply holds a secret')
  const mount = /^\/(shop|fruit|wx)(?=\/|\?|$)/.exec(target)?.[1]
  if (method === 'HEAD' || mount === undefined || !isBelow(target)) return
  ok(type.startsWith('application/json'), `${type}: ${text}`)
  const body: unknown = JSON.parse(text)
  const names = typeof body === 'object' && body !== null ? Object.keys(body).join() : typeof body
  const forms = {
    shop: /^(session_id,open_id,overdue_time|code,error|boolean)$/,
    fruit: /^state,(error,data|code,error)$/,
    wx: /^code,msg,data,success$/,
  }
  ok(forms[mount as keyof typeof forms].test(names), `${mount}: ${text}`)
}

function isBelow(target: string): boolean {
  return /^\/((shop|fruit)\/api\/v1|wx)(\/|\?|$)/.test(target)
}
