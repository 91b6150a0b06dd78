import { deepEqual, equal, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { createHubClient, type HubClient } from '../support/hub-client.ts'
import { startHubProcess } from '../support/hub-process.ts'

const adminKey = `whk_${'a'.repeat(40)}`
const path = '/api/weixin/wxbuyinguser'
const writers = 12

testOnBoth('opens every member after kill -9, whatever was under way', async (t, engine) => {
  const { start } = await prepare(t, engine)
  const first = await start()
  const acknowledged = new Map<number, string>()
  let next = 0
  let isDead = false
  const write = async (): Promise<void> => {
    while (!isDead) {
      next += 1
      const phone = `138${String(next).padStart(8, '0')}`
      const id = await addMember(first.client, phone).catch(() => null)
      if (id !== null) acknowledged.set(id, phone)
    }
  }
  const work = Array.from({ length: writers }, write)
  while (acknowledged.size < 60) await new Promise((resolve) => setTimeout(resolve, 2))
  first.hub.kill('SIGKILL')
  await first.hub.exited
  isDead = true
  await Promise.all(work)

  const { client } = await start()
  const members = await listMembers(client)
  ok(members.length >= acknowledged.size)
  deepEqual(
    members.filter(({ name, phone }) => name === null || phone === null),
    [],
    'a row whose key is not there looks as if it had been erased',
  )
  const ids = new Set(members.map(({ id }) => id))
  for (const [id, phone] of acknowledged) {
    ok(ids.has(id))
    equal((await call(client, 'POST', `/api/v1/members/${id}/reveal`, { purpose: 'after' })).phone, phone)
  }
  // Whom no answer reached is there or not; either way the number is free, or it is found.
  for (const at of [next, next - 1]) {
    const phone = `138${String(at).padStart(8, '0')}`
    const found = await call(client, 'POST', '/api/v1/members/search', { phone })
    const isThere = (found.items as unknown[]).length === 1
    equal((await addMember(client, phone)) === null, isThere)
  }
})

test('lets one win of forty who bind one member at the same moment over two processes', async (t) => {
  const { start } = await prepare(t, 'postgres')
  const clients = [(await start()).client, (await start()).client] as const
  const [client] = clients
  const phone = '13800000001'
  const memberId = await addMember(client, phone)
  const buyers: number[] = []
  for (let at = 0; at < 40; at += 1) {
    buyers.push(Number((await call(client, 'POST', `${path}/saveuser`, { openId: `oRace_${at}` })).data))
  }
  const answers = await Promise.all(
    buyers.map((wxBuyingUserId, at) =>
      call(clients[at % 2 === 0 ? 0 : 1], 'POST', `${path}/bindmember`, { wxBuyingUserId, phone }),
    ),
  )
  deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 39 }, () => 500)])
  const shown = await call(clients[1], 'POST', `${path}/getlist`, buyers)
  deepEqual((shown as unknown as { memberId: number }[]).filter((buyer) => buyer.memberId !== 0).length, 1)
  deepEqual(
    answers.filter(({ status }) => status === 200).map(({ data }) => data),
    [memberId],
  )
})

async function prepare(t: TestContext, engine: 'sqlite' | 'postgres') {
  const sandbox = await openSandbox(t)
  const env = {
    ...hubEnvironment(await createDatabase(t, engine), sandbox.url),
    WEHUB_ADMIN_KEY: adminKey,
    WEHUB_LOG_REQUESTS: '',
  }
  return {
    async start() {
      const hub = await startHubProcess(t, env)
      return { hub, client: createHubClient(hub.url, sandbox) }
    },
  }
}

async function call(
  client: HubClient,
  method: string,
  target: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${adminKey}` }
  const answer = await client.send(
    method,
    target,
    body === undefined ? { headers } : client.json(body, headers),
  )
  return answer.body as Record<string, unknown>
}

/** Null where somebody has the number. */
async function addMember(client: HubClient, phone: string): Promise<number | null> {
  const { id, status, ...rest } = await call(client, 'POST', '/api/v1/members', { name: 'x', phone })
  if (id === undefined && status !== 409) throw new Error(JSON.stringify({ status, ...rest }))
  return id === undefined ? null : Number(id)
}

type Shown = { id: number; name: string | null; phone: string | null }

async function listMembers(client: HubClient): Promise<Shown[]> {
  const all: Shown[] = []
  for (let after = ''; ; ) {
    const page = await call(client, 'GET', `/api/v1/members?limit=100${after}`)
    all.push(...(page.items as Shown[]))
    if (page.next === null) return all
    after = `&after=${encodeURIComponent(String(page.next))}`
  }
}
