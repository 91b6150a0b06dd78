import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase, createEmptyDatabase, testOnBoth } from '../support/database.ts'
import { startHub } from '../support/hub.ts'

testOnBoth('mounts the contracts on the apps of the sandbox, each once', async (t, engine) => {
  const database = await createDatabase(t, engine)
  const first = await startHub(t, { database })
  const { sandbox } = first
  const mini = (await sandbox.app('mini_program')).appid
  const official = (await sandbox.app('official_account')).appid
  const list = async (hub: typeof first) =>
    (await hub.hub.mounts.list()).map(({ contract, path, appId, officialAppId }) => [
      contract,
      path,
      appId,
      officialAppId,
    ])
  deepEqual(await list(first), [
    ['control', '/wx', null, null],
    ['commcn', '/commcn/api/v1', mini, null],
    ['shares', '/shares/api/v1', mini, null],
    ['boilerplate', '/boilerplate', mini, official],
    ['buyer', '/api/weixin/wxbuyinguser', mini, null],
  ])

  const mounts = await first.hub.mounts.list()
  for (const contract of ['shares', 'control'] as const) {
    await first.hub.mounts.remove(mounts.find((mount) => mount.contract === contract)?.id ?? 0)
  }
  await first.close()
  const again = await startHub(t, { database, sandbox })
  deepEqual(
    (await list(again)).map(([contract]) => contract),
    ['commcn', 'boilerplate', 'buyer'],
  )
})

test('leaves the gateway settings of an operator as they are at the next start', async (t) => {
  const database = await createDatabase(t, 'sqlite')
  const first = await startHub(t, { database })
  const { sandbox } = first
  const { appid } = await sandbox.app('official_account')
  equal((await first.hub.apps.get(appid)).gateway?.mode, 'safe')
  await first.hub.apps.change(appid, { gateway: { mode: 'plain' } })
  await first.close()
  const again = await startHub(t, { database, sandbox })
  equal((await again.hub.apps.get(appid)).gateway?.mode, 'plain')
})

test('mounts each contract and knows each user once where processes start at the same moment', async (t) => {
  const database = await createEmptyDatabase(t, 'postgres')
  const { sandbox, close } = await startHub(t)
  const hubs = await Promise.all([1, 2, 3].map(() => startHub(t, { database, sandbox })))
  for (const { hub } of hubs) {
    equal((await hub.mounts.list()).length, 5)
    equal((await hub.users.search({ limit: 10 })).length, 3)
  }
  await close()
})

test('refuses a mount that a contract cannot have', async (t) => {
  const { hub, sandbox } = await startHub(t)
  const { mounts } = hub
  const mini = (await sandbox.app('mini_program')).appid
  const official = (await sandbox.app('official_account')).appid
  const open = (await sandbox.app('open_app')).appid
  const refused: [Parameters<typeof mounts.add>[0], string][] = [
    [{ contract: 'shares', path: '/x' }, 'bad_request'],
    [{ contract: 'shares', path: '/x/api/v2', appId: mini }, 'bad_request'],
    [{ contract: 'shares', path: '/x/api/v1' }, 'bad_request'],
    [{ contract: 'shares', path: '/api/api/v1', appId: mini }, 'bad_request'],
    [{ contract: 'shares', path: '/x/api/v1', appId: open }, 'app_wrong_kind'],
    [{ contract: 'shares', path: '/x/api/v1', appId: mini, officialAppId: official }, 'bad_request'],
    [{ contract: 'shares', path: '/x/api/v1', appId: mini, options: { capacity: '5' } }, 'bad_request'],
    [{ contract: 'shares', path: '/shares/api/v1', appId: mini }, 'conflict'],
    [{ contract: 'boilerplate', path: '/x/api/v1', appId: mini }, 'bad_request'],
    [{ contract: 'boilerplate', path: '/console', appId: mini }, 'bad_request'],
    [{ contract: 'boilerplate', path: '/x', appId: official }, 'app_wrong_kind'],
    [{ contract: 'boilerplate', path: '/x', appId: mini, officialAppId: mini }, 'app_wrong_kind'],
    [{ contract: 'boilerplate', path: '/x', officialAppId: official }, 'bad_request'],
    [{ contract: 'boilerplate', path: '/shares', appId: mini }, 'conflict'],
  ]
  for (const [input, code] of refused) {
    await mounts.add(input).then(
      () => equal('added', code, JSON.stringify(input)),
      (error) => equal(error.code, code, JSON.stringify(input)),
    )
  }
  equal((await mounts.list()).length, 5)
  await mounts.add({ contract: 'shares', path: '/h5/api/v1', appId: official })
  await mounts.add({ contract: 'boilerplate', path: '/x', appId: mini })
  equal((await mounts.list()).length, 7)
})
