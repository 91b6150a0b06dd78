import { BlockList, isIP, isIPv6 } from 'node:net'

/** An exception that the operator makes: a network (or one address) or a host name, all ports or one. */
export type TargetRule =
  | { kind: 'network'; network: BlockList; port: number | null }
  | { kind: 'host'; host: string; port: number | null }

/** `10.1.0.0/16`, `127.0.0.1:8080`, `[fd00::1]:8080`, `hooks.internal:8080`, separated by commas. Throws a sentence. */
export function parseTargetRules(text: string): TargetRule[] {
  return text.split(',').map((part) => parseTargetRule(part.trim()))
}

/** `::1` is an address and no name with a port: IPv6 with a port stands in brackets. */
function parseTargetRule(text: string): TargetRule {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text)
  const plain = /^([^:]+)(?::(\d+))?$/.exec(text)
  const [, place = text, portText] = bracketed ?? plain ?? []
  const port = portText === undefined ? null : Number(portText)
  if (port !== null && (port < 1 || port > 65_535)) throw malformed(text)
  const network = toNetwork(place.toLowerCase() === 'localhost' ? '127.0.0.1' : place)
  if (network !== null) return { kind: 'network', network, port }
  if (!/^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i.test(place) || !/[a-z_]/i.test(place))
    throw malformed(text)
  return { kind: 'host', host: place.toLowerCase(), port }
}

function toNetwork(place: string): BlockList | null {
  const [address = '', prefixText, ...others] = place.split('/')
  const family = isIP(address)
  if (family === 0) return null
  const bits = family === 6 ? 128 : 32
  const prefix = prefixText === undefined ? bits : Number(prefixText)
  const isGood = prefixText === undefined || (/^\d{1,3}$/.test(prefixText) && prefix <= bits)
  if (!isGood || others.length > 0 || address.includes('%')) throw malformed(place)
  const network = new BlockList()
  network.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4')
  return network
}

function malformed(text: string): Error {
  return new Error(`holds "${text}", which is no network, address or host name with an optional port`)
}
