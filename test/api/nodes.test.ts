import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase } from '../support/database.ts'
import { type ApiHub, startApiHub } from './api-hub.ts'

test('puts a changed app, mount or key in force on every node within a second', async (t) => {
  const database = await createDatabase(t, 'postgres')
  const one = await startApiHub(t, 'postgres', { database })
  const two = await startApiHub(t, 'postgres', { database, sandbox: one.sandbox })
  const { appid: appId, secret } = await one.sandbox.control('POST', '/apps', { kind: 'mini_program' })
  const path = '/fruit/api/v1'

  await one.call('POST', '/apps', { appId, secret, kind: 'mini_program', name: 'Fruit shop' })
  const mount = (await one.call('POST', '/mounts', { contract: 'commcn', appId, path })).json
  const { id, key } = (await one.call('POST', '/keys', { name: 'k', scopes: ['apps'], apps: [appId] })).json
  equal((await two.call('GET', '/apps', undefined, String(key))).status, 200, 'a new key is looked for')
  await delay(1000)
  equal((await two.call('GET', `/apps/${appId}`, undefined, String(key))).json.name, 'Fruit shop')
  equal(await loginStatus(two, path), 400)

  await one.call('PATCH', `/apps/${appId}`, { name: 'Vegetables' })
  await one.call('PATCH', `/mounts/${mount.id}`, { options: { envelope: 'ginrpc' } })
  await delay(1000)
  equal((await two.call('GET', `/apps/${appId}`, undefined, String(key))).json.name, 'Vegetables')
  equal(await loginStatus(two, path), 200, 'ginrpc tells errors with 200')

  await one.call('DELETE', `/mounts/${mount.id}`)
  await one.call('DELETE', `/keys/${id}`)
  await one.call('DELETE', `/apps/${appId}`)
  await delay(1000)
  equal((await two.call('GET', '/apps', undefined, String(key))).status, 401)
  equal((await two.call('GET', `/apps/${appId}`)).status, 404)
  equal(await loginStatus(two, path), 404)
})

async function loginStatus(hub: ApiHub, path: string): Promise<number> {
  return (await hub.post(`${path}/weixin.oauth`, { jscode: 'no' })).status
}
