import { createHash } from 'node:crypto'

/** Lower-case hex SHA-1 of the texts, sorted and joined: the one signature of the message gateway. */
export function sign(...texts: string[]): string {
  return createHash('sha1').update(texts.sort().join('')).digest('hex')
}
