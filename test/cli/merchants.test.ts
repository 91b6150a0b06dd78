import { deepEqual, equal, match } from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { Secret } from '../../src/secret.ts'
import type { PayMerchant } from '../sandbox/open-pay.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { makeCertificate, makeMerchantKeys, toMerchantSecrets } from '../support/merchant-keys.ts'
import { runWehub, runWehubProcess } from './run-wehub.ts'

const serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1'

test('sets up a merchant from the files that WeChat Pay gave, and shows no key', async (t) => {
  const { wehub, wehubProcess, write, appId } = await start(t)
  const keys = await makeMerchantKeys()
  const files = {
    '--certificate': write('cert.pem', makeCertificate(createPrivateKey(keys.privateKey), serial)),
    '--private-key': write('key.pem', keys.privateKey),
    '--api-v3-key': write('api-v3-key', `${keys.apiV3Key}\n`),
    '--public-key': write('pub.pem', keys.publicKey.pem),
  }
  const { id } = keys.publicKey
  const given = Object.entries(files).flat()
  const added = await wehubProcess([
    'merchants',
    'add',
    '1900000109',
    '--apps',
    appId,
    ...given,
    '--public-key-id',
    id,
    '--json',
  ])
  equal(added.code, 0, added.stderr)
  const shown = {
    mchid: '1900000109',
    tenantId: 1,
    name: '1900000109',
    apps: [appId],
    serial,
    publicKeyId: id,
  }
  deepEqual(added.json(), [shown])
  const changed = await wehub([
    'merchants',
    'change',
    '1900000109',
    '--name',
    '店',
    '--public-key',
    'none',
    '--json',
  ])
  deepEqual(changed.json(), [{ ...shown, name: '店', publicKeyId: null }])
  match((await wehub(['merchants', 'list'])).stdout, /1900000109 .*店/)
  equal((await wehub(['merchants', 'change', '1900000109'])).code, 2)
  equal((await wehub(['merchants', 'change', '1900000109', '--public-key-id', id])).code, 2)
  const missing = await wehub(['merchants', 'change', '1900000109', '--private-key', '/no/such/file'])
  deepEqual([missing.code, missing.stdout], [1, ''])
  match(missing.stderr, /--private-key cannot be read/)
  equal((await wehub(['merchants', 'remove', '1900000109'])).code, 0)
  equal((await wehub(['merchants', 'show', '1900000109'])).code, 1)
})

test('finds out by a harmless call what is wrong with a merchant', async (t) => {
  const { wehub, hub, sandbox, demo } = await start(t)
  const { merchants } = hub.hub
  const { mchid } = demo
  const good = await wehub(['doctor'])
  equal(good.code, 0, good.stdout + good.stderr)
  match(good.stdout, new RegExp(`✓ merchant ${mchid}: keys are good, .* public key and certificates`))
  await sandbox.control('POST', '/merchants', { mchid, keyMode: 'public_key' })
  match((await wehub(['doctor'])).stdout, /signs with public key, \d apps/)
  await sandbox.control('POST', '/merchants', { mchid, keyMode: 'both' })

  const doctor = async () => {
    const { code, stdout } = await wehub(['doctor'])
    equal(code, 1, stdout)
    return stdout
  }
  await merchants.change(mchid, { apiV3Key: new Secret('x'.repeat(32)) })
  match(await doctor(), /undecryptable.*\n.*APIv3 key is not the one/)
  await merchants.change(mchid, { apiV3Key: new Secret(demo.apiV3Key), serial })
  match(await doctor(), /401 SIGN_ERROR.*\n.*compare mchid/)
  const { privateKey } = toMerchantSecrets(await makeMerchantKeys())
  await merchants.change(mchid, { serial: demo.serial, privateKey })
  match(await doctor(), /401 SIGN_ERROR.*\n.*compare mchid/)
})

async function start(t: TestContext) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'sqlite')
  const hub = await startHub(t, { sandbox, database })
  const env = { ...hubEnvironment(database, sandbox.url), LANG: 'C' }
  const [demo] = (await sandbox.control('GET', '/merchants')) as unknown as PayMerchant[]
  if (demo === undefined) throw new Error('the sandbox has no merchant')
  return {
    hub,
    sandbox,
    demo,
    appId: (await sandbox.app('mini_program')).appid,
    wehub: (args: string[]) => runWehub(args, env),
    wehubProcess: (args: string[]) => runWehubProcess(args, env),
    write(name: string, content: string): string {
      const path = `${database.dir}/${name}`
      writeFileSync(path, content)
      return path
    },
  }
}
