import { isIP, isIPv6 } from 'node:net'

/** Checks of single settings: text in, value out, or a thrown sentence that names the fault. */

export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error('is not a port (0 to 65535)')
  return port
}

export function parseHost(text: string): string {
  if (isIP(text) === 0 && !/^[a-z0-9.-]+$/i.test(text))
    throw new Error('is neither an address nor a host name')
  return text
}

/** An origin with an optional path, without a trailing slash. */
export function parseHttpUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error('is not an http(s) URL')
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a user name or password')
  if (url.search !== '' || url.hash !== '') throw new Error('must not hold a query or fragment')
  return url.href.replace(/\/+$/, '')
}

export function parseFlag(text: string): boolean {
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false' || text === '') return false
  throw new Error('is neither 1 nor 0')
}

/** Addresses and CIDR networks, separated by commas. */
export function parseNetworks(text: string): string[] {
  const networks = text.split(',').map((part) => part.trim())
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/')
    const bits = isIPv6(address) ? 128 : 32
    const prefixIsBad = prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
    if (isIP(address) === 0 || prefixIsBad || rest.length > 0) {
      throw new Error(`holds "${network}", which is neither an address nor a CIDR network`)
    }
  }
  return networks
}

export function parseOneOf<const T extends string>(...choices: T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text)
    if (found === undefined) throw new Error(`is none of ${choices.join(', ')}`)
    return found
  }
}

export const dayMs = 24 * 60 * 60 * 1000

/** Days, to milliseconds. */
export function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new Error('is not a number of days (0 to 9999)')
  return Number(text) * dayMs
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
