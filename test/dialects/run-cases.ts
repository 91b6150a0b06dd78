import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Contract } from '../../src/hub/mounts/mount.ts'
import { engines } from '../support/database.ts'
import { arrangeCase, type Envelope } from './arrange-case.ts'
import { type CaseHub, startCaseHub } from './case-hub.ts'
import {
  type CaseFile,
  type CaseRequest,
  type ContractCase,
  type ExpectedReply,
  readCaseFiles,
} from './contract-case.ts'
import { matchReply } from './match-reply.ts'
import { listRegisteredRoutes } from './registered-routes.ts'
import { sendCaseRequest } from './send-case-request.ts'

/** The files of a contract, each with the number of replies that it checks at least. */
export type Coverage = Record<string, number>

/** Runs every case file of a contract on SQLite, and its main cases on PostgreSQL too. */
export function runCases(contract: Contract, coverage: Coverage): void {
  const files = readCaseFiles(contract)

  test(`has cases for every route of ${contract}`, async (t) => {
    deepEqual(
      files.map((file) => file.name),
      Object.keys(coverage).sort(),
    )
    const routes = await listRegisteredRoutes(t, contract)
    ok(routes.length >= 2, `${routes.length} routes`)
    deepEqual(files.flatMap((file) => file.routes).sort(), routes)
    for (const file of files.filter((one) => one.routes.length > 0)) {
      ok(
        file.cases.some((one) => one.main),
        `${file.name} has no main case`,
      )
    }
  })

  for (const engine of engines) {
    for (const file of files) {
      const cases = file.cases.filter((one) => one.main || engine === 'sqlite')
      if (cases.length === 0) continue
      test(`answers as documented: ${contract}/${file.name} (${engine})`, async (t) => {
        const hub = await startCaseHub(t, engine)
        let seen = 0
        for (const one of cases) {
          for (const [envelope, reply] of repliesOf(one)) {
            seen += 1
            await t.test(`${one.title} (${envelope})`, () =>
              runCase(hub, contract, file, one, envelope, reply),
            )
          }
        }
        if (engine === 'sqlite') ok(seen >= (coverage[file.name] ?? Number.POSITIVE_INFINITY), `${seen}`)
      })
    }
  }
}

function repliesOf({ title, reply, replies }: ContractCase): [Envelope, ExpectedReply][] {
  if (replies !== undefined) return Object.entries(replies) as [Envelope, ExpectedReply][]
  if (reply === undefined) throw new Error(`the case "${title}" expects nothing`)
  return [['documented', reply]]
}

async function runCase(
  hub: CaseHub,
  contract: Contract,
  file: CaseFile,
  one: ContractCase,
  envelope: Envelope,
  reply: ExpectedReply,
): Promise<void> {
  const given = one.given ?? {}
  const rules = given.rules === undefined ? null : await hub.sandbox.control('GET', '/rules')
  try {
    const names = await arrangeCase(hub, contract, given, envelope)
    const send = (request: Partial<CaseRequest> = {}) =>
      sendCaseRequest(hub, { ...file.request, ...request }, names)
    for (const request of given.before ?? []) await send(request)
    hub.later(given.laterMs ?? 0)
    const counted = Object.keys(one.upstreamCalls ?? {})
    const before = await countCalls(hub, counted)
    matchReply(await send(one.request), reply, { names, nowMs: hub.now() })
    const after = await countCalls(hub, counted)
    for (const [at, path] of counted.entries()) {
      equal(Number(after[at]) - Number(before[at]), one.upstreamCalls?.[path], path)
    }
    if (one.profile !== undefined) {
      const { userId } = await hub.hub.sessions.verify(names.token, names.appId)
      const profile: Record<string, unknown> = await hub.hub.users.getProfile(userId)
      deepEqual(pick(profile, Object.keys(one.profile)), one.profile)
    }
  } finally {
    if (given.faults !== undefined) await hub.sandbox.control('DELETE', '/faults')
    if (rules !== null) await hub.sandbox.rules(rules)
  }
}

function countCalls(hub: CaseHub, paths: string[]): Promise<number[]> {
  return Promise.all(paths.map((path) => hub.upstreamCalls(path)))
}

function pick(value: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value[name]]))
}
