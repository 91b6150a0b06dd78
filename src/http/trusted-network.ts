import { BlockList, isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Mount } from '../hub/mounts/mount.ts'
import { FormBody } from './validation.ts'

const lists = new WeakMap<Mount, BlockList>()

/**
 * Whether a server-to-server call comes from the mount's `trustedNetworks`. Never trusted: what a proxy that
 * is not declared passed on, and what a browser sent.
 */
export function isTrustedCaller(request: FastifyRequest): boolean {
  const { mount } = request
  if (mount?.options.trustedNetworks === undefined) return false
  if (isFromBrowser(request) || isFromUndeclaredProxy(request)) return false
  const address = request.ip.replace(/^::ffff:(?=\d+\.)/, '')
  return listOf(mount).check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** A form could be sent by any page: where money moves, it needs a key. */
export function isForm(request: FastifyRequest): boolean {
  return request.body instanceof FormBody
}

function isFromBrowser({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || Object.keys(headers).some((name) => name.startsWith('sec-fetch-'))
}

/** `ips` is there where proxies are declared; what they forwarded has been taken into account in `ip`. */
function isFromUndeclaredProxy({ headers, ips, raw }: FastifyRequest): boolean {
  const isForwarded = Object.keys(headers).some((name) => /^(?:forwarded|x-forwarded-.*)$/.test(name))
  if (!isForwarded) return false
  const peerIsDeclared = ips !== undefined && ips.length > 1 && ips[0] === raw.socket.remoteAddress
  return !peerIsDeclared || headers.forwarded !== undefined
}

function listOf(mount: Mount): BlockList {
  let list = lists.get(mount)
  if (list === undefined) {
    list = new BlockList()
    for (const network of mount.options.trustedNetworks ?? []) {
      const [address = '', prefix] = network.split('/')
      const family = isIPv6(address) ? 'ipv6' : 'ipv4'
      list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family)
    }
    lists.set(mount, list)
  }
  return list
}
