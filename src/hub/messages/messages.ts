import { randomBytes } from 'node:crypto'
import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import { createGateway, type Gateway, type PushQuery, readMessage } from '../../wechat/gateway/gateway.ts'
import type { App, AppGateway } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { type ErrorCode, HubError } from '../errors.ts'
import type { Observer } from '../observer.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Setup } from '../setup/setup.ts'
import type { Reach } from '../users/search-users.ts'
import { dedupeKeyOf } from './dedupe-key.ts'
import type { Message } from './message.ts'
import { createMessageWriter } from './message-writer.ts'
import { findMessage, listMessages, type MessageQuery } from './messages-store.ts'
import type { Subscribers } from './subscribers.ts'

export type Push = {
  appId: string
  query: PushQuery
  body: Uint8Array
  /** What a new follower of the account is answered. */
  welcomeText?: string | undefined
}

/** `form` is that of the push; a mere `success` is text. */
export type PushReply = { form: 'text' | 'xml' | 'json'; body: string }

export type Messages = ReturnType<typeof createMessages>

type Deps = {
  database: Database
  personKeys: Pick<PersonKeys, 'destroy'>
  setup: Pick<Setup<unknown>, 'refresh'>
  apps: Pick<Apps, 'find'>
  sessions: Pick<Sessions, 'forgetAll'>
  subscribers: Subscribers
  observer: Observer
  now: () => number
}

/** Messages and events that WeChat pushes: each stored once, applied, and handed to subscribers. */
export function createMessages(deps: Deps) {
  const { database, personKeys, setup, apps, sessions, subscribers, observer, now } = deps
  const writer = createMessageWriter({
    database,
    subscribers,
    async onRevoked(revocations) {
      sessions.forgetAll()
      const keys = revocations.flatMap((revocation) => revocation.keys)
      // The message is stored: what fails here is done by the job that looks for keys without a row.
      await personKeys.destroy(keys).catch(() => undefined)
    },
    refreshSetup: setup.refresh,
    now,
  })
  // The settings are read anew when they change: a former object is never asked again.
  const gateways = new WeakMap<AppGateway, Gateway>()

  async function getGateway(appId: string): Promise<{ app: App; gateway: Gateway }> {
    const app = await apps.find(appId)
    if (app === null || app.gateway === null)
      throw new HubError('app_unknown', 'no gateway is set up for this app')
    let gateway = gateways.get(app.gateway)
    if (gateway === undefined) {
      gateway = createGateway({ appId, ...app.gateway })
      gateways.set(app.gateway, gateway)
    }
    return { app, gateway }
  }

  return {
    /** WeChat checks that the URL is ours: the text to answer. Throws app_unknown, forbidden, bad_request. */
    async answerCheck({ appId, query }: Omit<Push, 'body'>): Promise<string> {
      const { gateway } = await getGateway(appId)
      return gateway.answerCheck(query, now())
    },

    /**
     * Takes a push; resolves when its message is on disk. Throws app_unknown, forbidden (forged, stale, of another
     * mode) and bad_request, of which nothing is stored.
     */
    async receive({ appId, query, body, welcomeText }: Push): Promise<PushReply> {
      const { app, gateway } = await getGateway(appId)
      const push = gateway.open(query, body, now())
      const pushed = readMessage(push)
      if (pushed === null) return success
      const message = { ...pushed, appId: app.appId, receivedAt: now() }
      observer.messageReceived(await writer.write({ ...message, dedupeKey: dedupeKeyOf(message) }))
      const isWelcome = message.event === 'subscribe' && app.kind === 'official_account'
      if (welcomeText === undefined || !isWelcome) return success
      const reply = gateway.writeReply(push, welcomeText, { now: now(), random: randomBytes })
      return { form: push.format, body: reply }
    },

    noteRefusal: (code: ErrorCode): void => observer.messageRefused(code),

    list: (wanted: MessageQuery, reach: Reach): Promise<Message[]> =>
      listMessages(database.sql, reach, wanted),

    find: (id: number, reach: Reach): Promise<Message | null> => findMessage(database.sql, reach, id),
  }
}

const success: PushReply = { form: 'text', body: 'success' }
