import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { HubError } from '../hub/errors.ts'
import { isForbiddenAddress } from './forbidden-addresses.ts'
import type { TargetRule } from './target-rules.ts'

/** Where this hub is to be found itself. */
export type OwnPlaces = { publicUrl: string | null; port: () => number | null }

export type TargetPolicy = ReturnType<typeof createTargetPolicy>

const maxUrlLength = 2048

/**
 * Which targets may be reached: https on the public internet, and what the operator's rules open. Never the
 * hub itself, whatever the rules say: it would feed itself.
 */
export function createTargetPolicy({ rules, own }: { rules: readonly TargetRule[]; own: OwnPlaces }) {
  /** A local name is judged as 127.0.0.1, whichever loopback address the system gives for it. */
  function isNamed(host: string, address: string, port: number): boolean {
    const judged = isLocalName(host) && /^(127\.|::1$)/.test(address) ? '127.0.0.1' : address
    return rules.some((rule) => isOpenedBy(rule, { host, address: judged, port }))
  }

  /** Whether a connection to this address, for this host name, may be made. */
  function permits(host: string, address: string, port: number): boolean {
    if (address.includes('%')) return false
    const isOwn = isOnThisMachine(address)
    if (isOwn && port === own.port()) return false
    if (isNamed(host, address, port)) return true
    return !isOwn && !isForbiddenAddress(address)
  }

  /** What can be said without asking DNS: an address in the place of a name is judged, a name only where it is known. */
  function checkHost(host: string, port: number): void {
    const literal = toLiteral(host)
    if (literal !== null && !permits(host, literal, port)) {
      throw refused('leads to an address that webhooks may not reach')
    }
    if (own.publicUrl !== null && isSamePlace(new URL(own.publicUrl), host, port)) {
      throw refused('leads to the hub itself')
    }
  }

  return {
    permits,

    /** The URL of a target, or bad_request. An allowed host or address may be http; a name in an allowed network not. */
    parse(text: string): URL {
      const url = text.length > maxUrlLength ? null : URL.parse(text)
      if (url === null || !/^https?:$/.test(url.protocol)) throw refused('is no http(s) URL')
      if (url.username !== '' || url.password !== '' || url.hash !== '') {
        throw refused('holds a user name, a password or a fragment')
      }
      const host = hostOf(url)
      const port = portOf(url)
      if (port === 0) throw refused('has no port that can be reached')
      checkHost(host, port)
      if (url.protocol === 'http:' && !isNamed(host, toLiteral(host) ?? host, port)) {
        throw refused('is not https')
      }
      return url
    },
  }
}

/** Without the brackets of IPv6 and the dot that ends a full name. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

function isOpenedBy(rule: TargetRule, target: { host: string; address: string; port: number }): boolean {
  if (rule.port !== null && rule.port !== target.port) return false
  if (rule.kind === 'host') return rule.host === target.host
  const family = isIP(target.address)
  return family !== 0 && rule.network.check(target.address, family === 6 ? 'ipv6' : 'ipv4')
}

/** The address that a host is, where that can be said without asking DNS. */
function toLiteral(host: string): string | null {
  if (isLocalName(host)) return '127.0.0.1'
  return isIP(host) === 0 ? null : host
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function isSamePlace(url: URL, host: string, port: number): boolean {
  return hostOf(url) === host && portOf(url) === port
}

/** The machine's own addresses, as they are now. */
function isOnThisMachine(address: string): boolean {
  if (/^(::ffff:)?(127\.|0\.0\.0\.0$)|^::1?$|^::ffff:7f|^::ffff:0:0$/i.test(address)) return true
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return Object.values(networkInterfaces()).some((infos) => infos?.some((info) => info.address === plain))
}

function refused(what: string): HubError {
  return new HubError('bad_request', `url ${what}`)
}
