import type { Clock } from '../clock.ts'

export type SentMessage = {
  at: number
  appid: string
  openid: string
  kind: 'custom' | 'template' | 'subscribe'
  /** As it was posted. */
  message: Record<string, unknown>
}

const keptMessages = 1000

export type SentMessageStore = ReturnType<typeof createSentMessageStore>

/** What apps sent to users: the newest of it, oldest first. */
export function createSentMessageStore({ clock }: { clock: Clock }) {
  let messages: SentMessage[] = []
  let lastId = 3_000_000_000

  return {
    /** Returns the msgid. */
    insert(message: Omit<SentMessage, 'at'>): number {
      messages.push({ at: clock.now(), ...message })
      if (messages.length > keptMessages) messages.shift()
      lastId += 1
      return lastId
    },
    list({ openid, appid }: { openid: string | null; appid: string | null }): SentMessage[] {
      return messages.filter(
        (each) => (openid ?? each.openid) === each.openid && (appid ?? each.appid) === each.appid,
      )
    },
    clear(): void {
      messages = []
    },
  }
}
