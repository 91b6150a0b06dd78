import { BlockList, isIP, isIPv6 } from 'node:net'

/** The widest IPv4 network, and the widest private IPv6 one (fd00::/8). */
const minPrefix = 8
/** A public IPv6 network of this size is what one provider has. */
const minPublicPrefix = 32

const uniqueLocal = blockOf('fc00::', 7)
// IPv4 written as IPv6, "any", and what else begins with 32 zero bits: `::ffff:0:0/96` is all of IPv4.
const embedded = blockOf('::', 32)
const loopback = blockOf('::1', 128)

/** What is wrong with a network in CIDR form, or an address that stands for itself; null where nothing is. */
export function findNetworkFault(value: unknown): string | null {
  if (typeof value !== 'string') return 'holds what is no network'
  const [address = '', prefixText, ...others] = value.split('/')
  const family = isIP(address)
  const maxPrefix = family === 6 ? 128 : 32
  const prefix = prefixText === undefined ? maxPrefix : toPrefix(prefixText)
  const isNetwork = family !== 0 && others.length === 0 && !address.includes('%') && prefix <= maxPrefix
  if (!isNetwork) return 'holds what is no network'
  return family === 6 ? findIpv6Fault(address, prefix) : findWidthFault(prefix, minPrefix)
}

function findIpv6Fault(address: string, prefix: number): string | null {
  if (loopback.check(address, 'ipv6') && prefix === 128) return null
  if (embedded.check(address, 'ipv6')) return 'holds an IPv4 network in the form of IPv6'
  return findWidthFault(prefix, uniqueLocal.check(address, 'ipv6') ? minPrefix : minPublicPrefix)
}

function findWidthFault(prefix: number, min: number): string | null {
  return prefix < min ? `holds a network wider than /${min}` : null
}

function toPrefix(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
}

function blockOf(address: string, prefix: number): BlockList {
  const list = new BlockList()
  list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4')
  return list
}
