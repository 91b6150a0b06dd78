import { equal, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import fc from 'fast-check'
import type { Engine } from '../../src/database/database.ts'
import { startHub } from '../support/hub.ts'

export const second = 1000
export const hour = 3600 * second
export const day = 24 * hour

export type Watcher = Awaited<ReturnType<typeof startWatcher>>

/** A user of contract shares, and a clock that only the test moves. */
export async function startWatcher(t: TestContext, engine: Engine) {
  let now = Date.now()
  const hub = await startHub(t, { engine, now: () => now })
  const { appid: appId } = await hub.sandbox.app('mini_program')
  const app = await hub.hub.apps.get(appId)
  const identity = await hub.hub.users.record({ app, openId: 'o-watcher', unionId: null })
  const { sessions } = hub.hub
  const terms = { appId, contract: 'shares', graceMs: 30 * day }
  return {
    ...hub,
    identity,
    later(ms: number): void {
      now += ms
    },
    async logIn(contract = 'shares'): Promise<string> {
      return (await sessions.issue(identity, { contract, lifetimeMs: 2 * hour })).token.reveal()
    },
    /** The new token; null where there is none to get. */
    async renew(token: string, changes: Partial<typeof terms> = {}): Promise<string | null> {
      return (await sessions.renew(token, { ...terms, ...changes }))?.token.reveal() ?? null
    },
    async isLive(token: string): Promise<boolean> {
      return sessions.verify(token, appId).then(
        () => true,
        () => false,
      )
    },
  }
}

/** Sends one token several times, some milliseconds apart, without waiting for the answers. */
export function renewDoubled(watcher: Watcher, token: string, gapsMs: number[]) {
  const answers = [watcher.renew(token)]
  for (const gapMs of gapsMs) {
    watcher.later(gapMs)
    answers.push(watcher.renew(token))
  }
  return Promise.all(answers)
}

/** A rest, then up to four requests with one token within 10 s, one of whose answers the client keeps. */
export type Round = { restMs: number; gapsMs: number[]; kept: number }

/** What an honest client does within the 180 days of a chain. */
export const arbitraryHistory: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    restMs: fc.integer({ min: 0, max: 25 * day }),
    gapsMs: fc.array(fc.integer({ min: 0, max: 3333 }), { maxLength: 3 }),
    kept: fc.nat(3),
  }),
  { minLength: 1, maxLength: 6 },
)

/** Lives a history; returns the tokens that were exchanged on the way and the one that is held at its end. */
export async function live(watcher: Watcher, history: Round[]) {
  const exchanged: string[] = []
  let token = await watcher.logIn()
  for (const { restMs, gapsMs, kept } of history) {
    watcher.later(restMs)
    const answers = await renewDoubled(watcher, token, gapsMs)
    ok(!answers.includes(null), 'an honest request was refused')
    equal(new Set(answers).size, answers.length)
    equal(await watcher.isLive(token), false)
    exchanged.push(token)
    token = answers[kept % answers.length] ?? ''
    ok(await watcher.isLive(token))
  }
  return { exchanged, token }
}
