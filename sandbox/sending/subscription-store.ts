import { UpstreamError } from '../upstream/upstream-error.ts'

export type SubscriptionStore = ReturnType<typeof createSubscriptionStore>

/** How many messages of a template a user still allows; at the start none. */
export function createSubscriptionStore() {
  const left = new Map<string, number>()
  const toKey = (appid: string, openid: string, templateId: string) => `${appid} ${openid} ${templateId}`

  return {
    /** The user agreed so many times more; returns what is left. */
    grant(
      appid: string,
      openid: string,
      { templateId, times }: { templateId: string; times: number },
    ): number {
      const key = toKey(appid, openid, templateId)
      const sum = (left.get(key) ?? 0) + times
      left.set(key, sum)
      return sum
    },
    refuse(appid: string, openid: string, templateId: string): void {
      left.delete(toKey(appid, openid, templateId))
    },
    has: (appid: string, openid: string, templateId: string): boolean =>
      (left.get(toKey(appid, openid, templateId)) ?? 0) > 0,
    take(appid: string, openid: string, templateId: string): void {
      const key = toKey(appid, openid, templateId)
      const sum = left.get(key) ?? 0
      if (sum === 0) throw new UpstreamError(43101)
      left.set(key, sum - 1)
    },
  }
}
