import { deepEqual, equal } from 'node:assert/strict'
import { testOnBoth } from '../support/database.ts'
import { startHub } from '../support/hub.ts'

testOnBoth("serves the files of WeChat's domain check from the root", async (t, engine) => {
  const hub = await startHub(t, { engine })
  const { appid } = await hub.sandbox.app('official_account')
  const name = 'MP_verify_a1B2c3D4e5F6g7H8.txt'
  equal((await hub.get(`/${name}`)).status, 404)
  await hub.hub.apps.change(appid, { verifyFiles: { [name]: 'a1B2c3D4e5F6g7H8' } })
  const { status, text, headers } = await hub.get(`/${name}`)
  deepEqual([status, text], [200, 'a1B2c3D4e5F6g7H8'])
  equal(headers.get('content-type'), 'text/plain; charset=utf-8')
  equal(headers.get('x-content-type-options'), 'nosniff')
  const posted = await hub.post(`/${name}`, {})
  deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD'])
  const others = [
    name.toLowerCase(),
    name.replace('a1', 'b1'),
    `${name}x`,
    `x/${name}`,
    `${name}/`,
    'MP_verify_.txt',
    'MP_verify_..%2fa.txt',
    'MP_verify___proto__.txt',
    `MP_verify_${'a'.repeat(65)}.txt`,
    'toString',
  ]
  for (const other of others) equal((await hub.get(`/${other}`)).status, 404, other)
  await hub.hub.apps.change(appid, { verifyFiles: {} })
  equal((await hub.get(`/${name}`)).status, 404)
})
