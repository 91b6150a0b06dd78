import { deepEqual, equal, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { makePush, textMessage, toXml } from '../support/push.ts'
import { runs } from '../support/runs.ts'
import { openGateway } from './open-gateway.ts'

const everything = { before: null, limit: 100_000 }
const everybody = { tenantId: null, apps: null }

testOnBoth('stores each message once that is sent three times at the same moment', async (t, engine) => {
  const { settings, send, stored, get } = await openGateway(t, engine)
  const count = runs(200)
  const ids = Array.from({ length: count }, (_, at) => `burst${at}`)
  const pushes = ids.flatMap((id) => {
    const message = toXml(textMessage(id))
    return [makePush(settings, message), makePush(settings, message), makePush(settings, message)]
  })
  const answers = await inParallel(pushes, 60, send)
  deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)), new Set(['200 success']))
  deepEqual((await stored()).map(({ content }) => content.msgId).sort(), ids.sort())
  const metrics = (await get('/metrics')).text
  ok(metrics.includes(`wehub_gateway_messages_total{outcome="stored"} ${count}`))
  ok(metrics.includes(`wehub_gateway_messages_total{outcome="duplicate"} ${2 * count}`))
})

testOnBoth('has every message that it answered for, when it is killed on the way', async (t, engine) => {
  const world = await openWorld(t, engine)
  const answered: string[] = []
  for (let life = 0; life < 2; life += 1) {
    const hub = await startHubProcess(t, world.env)
    let count = 0
    const sendOne = async (id: string): Promise<void> => {
      const { path, body } = makePush(world.settings, toXml(textMessage(id)))
      const response = await fetch(hub.url + path, { method: 'POST', body }).catch(() => null)
      if (response?.status !== 200) return
      answered.push(id)
      count += 1
      if (count === 60) hub.kill('SIGKILL')
    }
    await inParallel(
      Array.from({ length: 200 }, (_, at) => `life${life}-${at}`),
      30,
      sendOne,
    )
    await hub.exited
  }
  ok(answered.length >= 120, `${answered.length}`)
  const { hub } = await startHub(t, world)
  const stored = new Set((await hub.messages.list(everything, everybody)).map(({ content }) => content.msgId))
  deepEqual(
    answered.filter((id) => !stored.has(id)),
    [],
  )
})

async function openWorld(t: TestContext, engine: Engine) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, engine)
  const { appid, token, encodingAesKey } = (await sandbox.app('official_account')) as unknown as Record<
    string,
    string
  >
  equal(typeof token, 'string')
  const env = { ...hubEnvironment(database, sandbox.url), PATH: process.env.PATH ?? '' }
  const settings = {
    appId: appid ?? '',
    mode: 'safe',
    token: token ?? '',
    aesKey: encodingAesKey ?? '',
  } as const
  return { sandbox, database, env, settings }
}

async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  async function go(): Promise<void> {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T) // below its length
  }
  await Promise.all(Array.from({ length: width }, go))
  return results
}
