import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { type ApiHub, adminKey, startApiHub } from '../api/api-hub.ts'
import { planted } from '../support/personal-leak.ts'

const path = '/fruit/api/weixin/wxbuyinguser'

test('lets a trusted network in, and reveals phone numbers to it only where the mount says so', async (t) => {
  const hub = await startApiHub(t)
  const { openId } = await hub.logIn()
  const options = { trustedNetworks: ['127.0.0.1'] }
  const { id } = await hub.hub.mounts.add({ contract: 'buyer', appId: hub.miniAppId, path, options })
  const headers = { authorization: `Bearer ${adminKey}` }
  const saved = hub.json({ openId, phone: planted.typedPhone }, headers)
  equal((await hub.send('POST', `${path}/saveuser`, saved)).status, 200)
  const target = `${path}/GetByOpenId?openId=${openId}`
  match(await plainGet(hub, target), /"phone":"139\*\*\*\*\d{4}"/)
  match(await plainGet(hub, target, { 'sec-fetch-mode': 'cors' }), /a key is needed/)
  match(await plainGet(hub, target, { 'x-forwarded-for': '127.0.0.1' }), /a key is needed/)
  match(await plainGet(hub, target, { authorization: 'Bearer none' }), /a key is needed/)
  await hub.hub.mounts.change(id, { options: { ...options, revealToTrustedNetworks: true } })
  ok((await plainGet(hub, target)).includes(`"phone":"${planted.typedPhone}"`))
  const [entry] = await hub.hub.audit.list({ action: 'buyer.revealed', before: null, limit: 5 })
  deepEqual(
    [entry?.actor, entry?.subject],
    [{ name: 'trusted-network', address: '127.0.0.1' }, `app:${hub.miniAppId}`],
  )
})

/** `fetch` says that it is a browser's. */
function plainGet(hub: ApiHub, target: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    request(hub.url + target, { headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
}
