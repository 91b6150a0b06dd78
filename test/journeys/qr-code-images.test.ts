import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { globSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { createImageFiles } from '../../src/hub/qr-codes/image-files.ts'
import { adminKey, startApiHub } from '../api/api-hub.ts'
import { createDatabase, query, testOnBoth } from '../support/database.ts'

const dayMs = 24 * 3_600_000

testOnBoth('removes the images of an app that was removed, a day later', async (t, engine) => {
  let offsetMs = 0
  const hub = await startApiHub(t, engine, { now: () => Date.now() + offsetMs })
  const { dir } = hub.database
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const doomed = await hub.makeApp(tenantId)
  const mount = await hub.hub.mounts.add({ contract: 'commcn', path: '/doomed/api/v1', appId: doomed })
  const kept = await makeCode(hub, '/commcn/api/v1')
  const lost = await makeCode(hub, '/doomed/api/v1')
  // What a process left that was killed while it wrote, and what is none of ours.
  const [leftover, foreign] = [`${pathOf(dir, kept)}.${randomUUID()}`, `${pathOf(dir, kept)}.txt`]
  for (const path of [leftover, foreign, `${dir}/qrcodes/README`]) writeFileSync(path, 'half an image')
  await hub.hub.mounts.remove(mount.id)
  equal((await hub.call('DELETE', `/apps/${doomed}`)).status, 204)

  const all = listFiles(dir)
  equal(all.length, 4)
  equal(await hub.hub.qrCodes.purgeImages(), 0)
  deepEqual(listFiles(dir), [...all, `${pathOf(dir, lost)}.unnamed`].sort())
  offsetMs = dayMs + 60_000
  equal(await hub.hub.qrCodes.purgeImages(), 1)
  deepEqual(listFiles(dir), [pathOf(dir, kept), foreign].sort())
  equal((await hub.get(`/qrcodes/${lost}`)).status, 404)
  equal((await hub.get(`/qrcodes/${kept}`)).status, 200)
})

test('keeps an image that is made again while another node removes the old one', async (t) => {
  const { dir } = await createDatabase(t, 'sqlite')
  const images = createImageFiles(`${dir}/qrcodes`)
  const bytes = Buffer.from('an image')
  const hash = await images.keep(bytes)
  const old = new Date(Date.now() - 2 * dayMs)
  const makeOld = () => {
    for (const path of listFiles(dir)) utimesSync(path, old, old)
  }
  makeOld()
  const before = Date.now() - dayMs
  equal(await images.removeUnnamed(before, async () => []), 0)
  makeOld()
  // No code names it when the one node asks; at once a code of the other node does.
  const listNone = async () => {
    await images.keep(bytes)
    return []
  }
  equal(await images.removeUnnamed(before, listNone), 0)
  deepEqual(await images.find(hash), bytes)
  deepEqual(listFiles(dir), [pathOf(dir, hash), `${pathOf(dir, hash)}.unnamed`])

  // As often as may be, at the same time, by several nodes.
  for (let round = 0; round < 20; round += 1) {
    await images.removeUnnamed(before, async () => [])
    makeOld()
    const others = Array.from({ length: 3 }, () => images.removeUnnamed(before, async () => []))
    await Promise.all([...others, images.keep(bytes)])
    deepEqual(await images.find(hash), bytes)
  }
  await images.removeUnnamed(before, async () => [])
  makeOld()
  const removed = await Promise.all([1, 2, 3].map(() => images.removeUnnamed(before, async () => [])))
  deepEqual(removed.sort(), [0, 0, 1])
  deepEqual(listFiles(dir), [])
})

test('looks for the names of many images, and for none where there is no folder', async (t) => {
  const { dir } = await createDatabase(t, 'sqlite')
  const images = createImageFiles(`${dir}/qrcodes`)
  equal(await images.removeUnnamed(Date.now(), async () => []), 0)
  mkdirSync(`${dir}/qrcodes/ab`, { recursive: true })
  const hashes = Array.from({ length: 1201 }, (_, at) => `ab${String(at).padStart(62, '0')}`)
  for (const hash of hashes) writeFileSync(pathOf(dir, hash), hash)
  const named = new Set(hashes.filter((_, at) => at % 3 === 0))
  const asked: number[] = []
  const listNamed = async (some: readonly string[]) => {
    asked.push(some.length)
    return some.filter((hash) => named.has(hash))
  }
  equal(await images.removeUnnamed(Date.now() - dayMs, async () => []), 0)
  equal(await images.removeUnnamed(Date.now() - dayMs, listNamed), 0)
  const removed = await images.removeUnnamed(Date.now() + dayMs, listNamed)
  equal(removed, hashes.length - named.size)
  equal(listFiles(dir).length, named.size)
  ok(asked.length === 6 && Math.max(...asked) <= 500)
})

test('says that the app is unknown when it was removed meanwhile', async (t) => {
  const hub = await startApiHub(t, 'postgres')
  const appId = await hub.makeApp((await hub.hub.tenants.ensure()).id)
  const app = await hub.hub.apps.get(appId)
  await query(hub.database.url, `delete from apps where app_id = '${appId}'`)
  const secret = app.secrets[0]?.secret.reveal() ?? ''
  const answer = await hub.post(`/wx/mini/v1/${appId}/${secret}/qrcode/unlimited`, { scene: 'a' })
  equal((answer.body as { code: number }).code, 40013, answer.text)
})

type Hub = Awaited<ReturnType<typeof startApiHub>>

/** The hash of the code's image. */
async function makeCode(hub: Hub, path: string): Promise<string> {
  const body = { page: 'pages/index/index', scene: 'id=1' }
  const answer = await hub.post(`${path}/weixin.get_qrcode`, body, { authorization: `Bearer ${adminKey}` })
  equal(answer.status, 200, answer.text)
  return basename((answer.body as { url: string }).url)
}

function pathOf(dir: string, hash: string): string {
  return `${dir}/qrcodes/${hash.slice(0, 2)}/${hash}`
}

function listFiles(dir: string): string[] {
  return globSync(`${dir}/qrcodes/*/*`).sort()
}
