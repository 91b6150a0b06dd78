import type { Clock } from '../clock.ts'
import type { Rules } from '../rules.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

export type CustomerWindowStore = ReturnType<typeof createCustomerWindowStore>

/** What a user does opens a window, in which the app may send some messages of its own. */
export function createCustomerWindowStore({ clock, rules }: { clock: Clock; rules: Rules }) {
  const windows = new Map<string, { openedAt: number; used: number }>()

  return {
    open(appid: string, openid: string): void {
      windows.set(`${appid} ${openid}`, { openedAt: clock.now(), used: 0 })
    },
    close(appid: string, openid: string): void {
      windows.delete(`${appid} ${openid}`)
    },
    /** Counts a message to the user; throws when none may be sent. */
    take(appid: string, openid: string): void {
      const window = windows.get(`${appid} ${openid}`)
      const isOver = window === undefined || window.openedAt + rules.customerMessageWindowMs <= clock.now()
      if (isOver) throw new UpstreamError(45015)
      const limit = rules.customerMessageLimit
      if (limit !== null && window.used >= limit) throw new UpstreamError(45047)
      window.used += 1
    },
  }
}
