import { createHash } from 'node:crypto'
import type { App } from './app-store.ts'

/** The account's name in messages: gh_ and twelve hex digits, the same after each start. */
export function originalIdOf({ appid }: App): string {
  return `gh_${createHash('sha256').update(`original id ${appid}`).digest('hex').slice(0, 12)}`
}
