import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { innerPrefix } from '../../src/http/mount-routing.ts'
import type { Row } from './expectation-row.ts'
import { expectations } from './expectations.ts'
import { credentials, startWorld, type World } from './matrix-world.ts'

test('lets nobody at what is not theirs, on any route', async (t) => {
  const routes: { method: string | string[]; url: string }[] = []
  const world = await startWorld(t, { onRoute: ({ method, url }) => routes.push({ method, url }) })
  const single = routes.filter(({ method }) => !Array.isArray(method) && method !== 'HEAD')
  const names = single.map(({ method, url }) => `${String(method)} ${url}`)
  deepEqual(
    Object.keys(expectations).sort(),
    names.sort(),
    'each route has a row in expectations.ts, and no other',
  )
  ok(names.length >= 55)

  for (const [name, row] of Object.entries(expectations)) {
    for (const credential of credentials) await checkRefused(world, name, row, credential)
  }
  for (const [name, row] of Object.entries(expectations)) await checkGood(world, name, row)
})

test('says that a path takes another method, whoever asks', async (t) => {
  const refused: { method: string; url: string }[] = []
  const world = await startWorld(t, {
    onRoute: ({ method, url }) => {
      if (Array.isArray(method)) refused.push(...method.map((one) => ({ method: one, url })))
    },
  })
  ok(refused.length >= 150, `saw only ${refused.length}`)
  for (const { method, url } of refused) {
    // fetch sends none; operations.test.ts does.
    if (method === 'TRACE') continue
    const answer = await world.hub.send(method, toPath(world, url))
    equal(answer.status, 405, `${method} ${url}`)
  }
})

async function checkRefused(world: World, name: string, row: Row, credential: (typeof credentials)[number]) {
  const outcome = row.outcomes[credential]
  const { status, maySee } = typeof outcome === 'number' ? { status: outcome, maySee: false } : outcome
  for (const method of methodsOf(name)) {
    const answer = await send(world, method, row, world.given[credential])
    const what = `${name} as ${method} with ${credential}: ${answer.text}`
    equal(answer.status, status, what)
    if (row.isRefusal !== undefined && method !== 'HEAD') ok(row.isRefusal(answer.body), what)
    if (maySee) continue
    const shown = answer.text + [...answer.headers].join('\n')
    deepEqual(
      world.marks.filter((mark) => shown.includes(mark)),
      [],
      what,
    )
  }
}

/** The same request with the right credential gets through: the refusals were not for another reason. */
async function checkGood(world: World, name: string, row: Row): Promise<void> {
  if (row.good === null) return
  const [method = ''] = name.split(' ')
  const answer = await send(world, method, row, world.given[row.good.as])
  equal(answer.status, row.good.status, `${name}: ${answer.text}`)
}

function methodsOf(name: string): string[] {
  const [method = ''] = name.split(' ')
  return method === 'GET' ? ['GET', 'HEAD'] : [method]
}

function send(world: World, method: string, row: Row, credential: string | null) {
  const headers: Record<string, string> = credential === null ? {} : { authorization: `Bearer ${credential}` }
  const path = row.path(world, credential ?? '-')
  const init = row.body === undefined ? { headers } : world.hub.json(row.body(world), headers)
  return world.hub.send(method, path, init)
}

function toPath({ path }: World, url: string): string {
  const bases = { commcn: `${path}/api/v1`, shares: '/shares-of-a/api/v1', boilerplate: '/boilerplate-of-a' }
  const mounted = Object.entries({ ...bases, control: '/wx', buyer: '/a/api/weixin/wxbuyinguser' }).find(
    ([one]) => url.startsWith(innerPrefix(one)),
  )
  const outer = mounted === undefined ? url : url.replace(innerPrefix(mounted[0]), mounted[1])
  return outer.replace(/:\w+(?:\([^)]*\))?|\*/g, 'x')
}
