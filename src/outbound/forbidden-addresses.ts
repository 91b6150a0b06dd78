import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose registry for IPv4, and one address by which Azure's machines reach their host. */
const forbiddenIpv4 = blockOf('ipv4', [
  '0.0.0.0/8', // this network, unspecified
  '10.0.0.0/8',
  '100.64.0.0/10', // shared by customers of a provider; metadata of Alibaba Cloud
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's host
  '169.254.0.0/16', // link-local; metadata of most clouds
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
])

/** All that is not in it is not global unicast: loopback, v4-mapped, NAT64, unique-local, link-local, multicast. */
const globalIpv6 = blockOf('ipv6', ['2000::/3'])

const forbiddenIpv6 = blockOf('ipv6', [
  '2001::/23', // protocol assignments, Teredo, benchmarks
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4 holds an IPv4 address
  '3fff::/20', // documentation
])

/** Whether an address is none of the public internet's. What cannot be read is forbidden too. */
export function isForbiddenAddress(address: string): boolean {
  if (isIP(address) === 4) return forbiddenIpv4.check(address, 'ipv4')
  if (isIP(address) !== 6 || address.includes('%')) return true
  return !globalIpv6.check(address, 'ipv6') || forbiddenIpv6.check(address, 'ipv6')
}

function blockOf(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
  return list
}
