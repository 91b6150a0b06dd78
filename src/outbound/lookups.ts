import { lookup } from 'node:dns/promises'

export type Address = { address: string; family: number }

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<Address[]>

/** Node asks in four threads that files and WeChat's names need too; names of strangers may be slow on purpose. */
const maxAtOnce = 2

export const askSystem: Resolve = (host) => lookup(host, { all: true, order: 'verbatim' })

/** Asks for a name once at a time, and for two names at once. */
export function createLookups(resolve: Resolve = askSystem): Resolve {
  const underWay = new Map<string, Promise<Address[]>>()
  const waiting: (() => void)[] = []
  let running = 0

  async function inTurn(host: string): Promise<Address[]> {
    if (running >= maxAtOnce) await new Promise<void>((go) => waiting.push(go))
    else running += 1
    try {
      return await resolve(host)
    } finally {
      // The place goes to the next in the queue, or is free.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return (host) => {
    const known = underWay.get(host)
    if (known !== undefined) return known
    const asked = inTurn(host).finally(() => underWay.delete(host))
    underWay.set(host, asked)
    return asked
  }
}
