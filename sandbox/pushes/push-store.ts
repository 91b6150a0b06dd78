import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../apps/app-store.ts'
import type { Clock } from '../clock.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'
import type { ServerAnswer } from './call-server.ts'
import { callServer } from './call-server.ts'
import type { Tamper } from './create-push.ts'
import { createPush } from './create-push.ts'
import type { Fields } from './field-value.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { toGatewaySettings } from './gateway-settings.ts'
import { createMarkFail } from './mark-fail.ts'
import { readReply } from './read-reply.ts'

export type Message = {
  fields: Fields
  openid: string | null
  mode?: App['gatewayMode']
  tamper: Tamper | null
}

/** `failure` is null when WeChat was content; status is null where no answer came. */
export type Attempt = {
  status: number | null
  body: string
  failure: string | null
  ms: number
  reply: Fields | null
  encrypted: boolean
}

/** How the last attempt ended, and all of them. */
export type Outcome = Attempt & { attempts: Attempt[] }

export type PushStore = ReturnType<typeof createPushStore>

const none = { status: null, body: '', reply: null, encrypted: false, ms: 0 }

/** Brings messages to the servers of apps, as often as WeChat tries. */
export function createPushStore(deps: { clock: Clock; rules: Rules; random: RandomBytes }) {
  const { clock, rules, random } = deps
  const markFail = createMarkFail(deps)
  const stopping = new AbortController()

  async function attempt(settings: GatewaySettings, message: Message): Promise<Attempt> {
    const startedAt = performance.now()
    const push = createPush({ realNow: clock.realNow, random }, settings, message)
    const limits = { timeoutMs: rules.pushTimeoutMs, signal: stopping.signal }
    const answer = await callServer({ method: 'POST', ...push }, limits)
    return { ...judge(settings, message, answer), ms: Math.round(performance.now() - startedAt) }
  }

  /** A forged message is somebody else's: it comes once, and WeChat knows nothing of it. */
  async function tryOften(settings: GatewaySettings, message: Message): Promise<Attempt[]> {
    const times = message.tamper === null ? Math.max(1, rules.pushAttempts) : 1
    const attempts: Attempt[] = []
    while (attempts.length < times && !stopping.signal.aborted) {
      if (attempts.length > 0) await sleep(rules.pushSpacingMs, undefined, { ref: false })
      const last = await attempt(settings, message)
      attempts.push(last)
      if (last.failure === null) break
    }
    return attempts
  }

  return {
    async push(app: App, message: Message): Promise<Outcome> {
      const settings = toGatewaySettings(app)
      if (settings === null) return fail('the app has no gatewayUrl')
      const { mode = settings.mode } = message
      const counts = message.tamper === null
      if (counts && markFail.isMarked(settings.url)) return fail('MarkFail')
      const attempts = await tryOften({ ...settings, mode }, message)
      const last = attempts.at(-1)
      if (last === undefined) return fail('the sandbox was stopped or reset')
      if (counts) markFail.count(settings.url, last.failure === null)
      return { ...last, attempts }
    },
    stopped: stopping.signal,
    stop: (): void => stopping.abort(),
  }
}

function fail(failure: string): Outcome {
  return { ...none, failure, attempts: [] }
}

function judge(settings: GatewaySettings, { fields }: Message, answer: ServerAnswer): Attempt {
  if ('failure' in answer) return { ...none, failure: answer.failure }
  if (answer.status !== 200) return { ...none, ...answer, failure: 'a status other than 200' }
  const reading = readReply(settings, fields, answer.body)
  return 'failure' in reading
    ? { ...none, ...answer, ...reading }
    : { ...none, ...answer, ...reading, failure: null }
}
