import { BlockList, isIP } from 'node:net'
import { HubError } from '../errors.ts'
import type { MountOptions } from './mount.ts'

/** A check for each option, and what it says when it fails. */
const checks: {
  [K in keyof Required<MountOptions>]: { isSound: (value: unknown) => boolean; rule: string }
} = {
  envelope: {
    isSound: (value) => value === 'documented' || value === 'ginrpc',
    rule: 'is neither documented nor ginrpc',
  },
  trustedNetworks: {
    isSound: (value) => isListOf(value, isNarrowNetwork),
    rule: 'is no list of networks such as 10.1.0.0/16, none wider than /8',
  },
  corsOrigins: {
    isSound: (value) => isListOf(value, isOrigin),
    rule: 'is no list of origins such as https://shop.example',
  },
}

/** Throws bad_request for an option that does not exist, or with a value that it cannot have. */
export function parseMountOptions(options: Record<string, unknown>): MountOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name))
      throw new HubError('bad_request', 'options names one that does not exist')
    const { isSound, rule } = checks[name as keyof MountOptions]
    if (!isSound(value)) throw new HubError('bad_request', `options.${name} ${rule}`)
  }
  return options as MountOptions // each was checked above
}

const maxListed = 100
const widestPrefix = 8

function isListOf(value: unknown, isSound: (text: string) => boolean): boolean {
  if (!Array.isArray(value) || value.length > maxListed) return false
  return value.every((one) => typeof one === 'string' && isSound(one))
}

function isNarrowNetwork(text: string): boolean {
  const [, address = '', digits] = /^([\d.a-f:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const version = isIP(address)
  if (version === 0) return false
  const length = version === 4 ? 32 : 128
  const prefix = digits === undefined ? length : Number(digits)
  if (prefix < widestPrefix || prefix > length) return false
  return version === 4 || !holdsMappedAddresses(address, prefix)
}

/** An IPv6 network around ::ffff:0:0/96 would let all of IPv4 in. */
function holdsMappedAddresses(address: string, prefix: number): boolean {
  const list = new BlockList()
  list.addSubnet(address, prefix, 'ipv6')
  return list.check('::ffff:0:0', 'ipv6') || /^::ffff:/i.test(address)
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}
