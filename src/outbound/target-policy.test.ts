import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { isForbiddenAddress } from './forbidden-addresses.ts'
import { createTargetPolicy } from './target-policy.ts'
import { parseTargetRules } from './target-rules.ts'

function policyOf(allow = '', publicUrl: string | null = null) {
  const rules = allow === '' ? [] : parseTargetRules(allow)
  return createTargetPolicy({ rules, own: { publicUrl, port: () => 9001 } })
}

const forbidden = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '100.127.255.255', '192.0.0.192'],
  ...['192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '192.88.99.1'],
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
  ...['::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '64:ff9b::7f00:1'],
  ...['64:ff9b::808:808', '64:ff9b:1::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  ...['ff02::1', '100::1', '2001::1', '2001:0:4136:e378::1', '2001:2::1', '2001:10::1', '2001:db8::1'],
  ...['2002:7f00:1::1', '2002:808:808::1', '3fff::1', '5f00::1', '::127.0.0.1', 'example.com', ''],
]

test('forbids every address that is none of the public internet', () => {
  deepEqual(
    forbidden.filter((address) => !isForbiddenAddress(address)),
    [],
  )
  const open = [
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '193.0.0.1',
  ]
  const open6 = ['2606:4700::1111', '2400:3200::1', '2a00:1450:4001::1', '2001:4860:4860::8888']
  deepEqual([...open, ...open6].filter(isForbiddenAddress), [])
})

test('refuses URLs that lead to such an address in any notation', () => {
  const { parse } = policyOf()
  const hosts = [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001'],
    ...['127.0.0.1.', '0', '169.254.169.254', '0xa9fea9fe', '2852039166', '[::1]', '[::ffff:127.0.0.1]'],
    ...['[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]', '[64:ff9b::127.0.0.1]', '[fe80::1]', '[::]', '１２７.0.0.1'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '127。0。0。1', '[fd00::1]', '10.0.0.1:443'],
  ]
  for (const host of hosts) throws(() => parse(`https://${host}/`), /may not reach|no http/, host)
})

test('takes nothing but a plain https URL', () => {
  const { parse } = policyOf()
  const bad = [
    ...[
      'http://example.com/',
      'ftp://example.com/',
      'file:///etc/passwd',
      'gopher://example.com',
      'example.com',
    ],
    ...['https://user@example.com/', 'https://user:pass@example.com/', 'https://:pass@example.com/'],
    ...['https://example.com:0/', 'https://example.com:99999/', 'https://example.com/#x', 'https://', ''],
    ...[
      'https://[::1',
      'https://1.2.3.4.5/',
      'https://exa mple.com/',
      `https://example.com/${'a'.repeat(3000)}`,
    ],
    ...['javascript:alert(1)', 'data:text/plain,x', 'https://[fe80::1%25eth0]/'],
  ]
  for (const url of bad) throws(() => parse(url), { code: 'bad_request' }, url)
  equal(parse('https://example.com/hook?a=1').href, 'https://example.com/hook?a=1')
  equal(parse('https://1.1.1.1:8443/').port, '8443')
})

test('opens exceptions by network, address and host name, each with or without a port', () => {
  const { parse, permits } = policyOf(
    '10.1.0.0/16, 127.0.0.1:8080, [fd00::1]:8443,fd01::/16,hooks.internal:3000,box',
  )
  for (const url of [
    ...['http://10.1.2.3/', 'https://10.1.2.3:99/', 'http://127.0.0.1:8080/', 'http://[fd00::1]:8443/'],
    ...['https://[fd01::2]/', 'http://hooks.internal:3000/', 'http://HOOKS.internal.:3000/', 'http://box/'],
    ...['http://box:81/', 'https://anything.example/'],
  ]) {
    equal(parse(url).href.startsWith('http'), true)
  }
  for (const url of [
    ...['http://10.2.0.1/', 'http://127.0.0.1:8081/', 'https://127.0.0.1/', 'http://[fd00::1]/'],
    ...[
      'http://hooks.internal/',
      'http://hooks.internal:3001/',
      'http://other.box/',
      'http://anything.example/',
    ],
    ...['https://127.0.0.2:8080/', 'https://[fd00::2]:8443/'],
  ]) {
    throws(() => parse(url), { code: 'bad_request' }, url)
  }
  equal(permits('hooks.internal', '192.168.7.7', 3000), true)
  equal(permits('hooks.internal', '192.168.7.7', 80), false)
  equal(permits('evil.example', '192.168.7.7', 3000), false)
  equal(permits('evil.example', '10.1.9.9', 443), true)
})

test('takes localhost and 127.0.0.1 for the same place', () => {
  for (const allow of ['localhost:8080', '127.0.0.1:8080', '127.0.0.0/8']) {
    const { parse, permits } = policyOf(allow)
    for (const host of ['localhost', 'a.localhost', '127.0.0.1']) {
      equal(parse(`http://${host}:8080/`).port, '8080', `${allow} ${host}`)
    }
    deepEqual([permits('localhost', '::1', 8080), permits('localhost', '127.0.0.1', 8080)], [true, true])
    deepEqual([permits('evil.example', '::1', 8080), permits('localhost', '10.0.0.1', 8080)], [false, false])
  }
})

test('never leads to the hub itself, whatever is allowed', () => {
  const own = Object.values(networkInterfaces()).flatMap(
    (infos) => infos?.map(({ address }) => address) ?? [],
  )
  const { parse, permits } = policyOf(
    '0.0.0.0/0,::/0,localhost,hub.example.com,hub.internal',
    'https://hub.example.com',
  )
  for (const address of [...own, '127.0.0.1', '127.3.3.3', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1']) {
    equal(permits('hub.internal', address, 9001), false, address)
    if (!address.startsWith('fe80')) equal(permits('hub.internal', address, 9002), true, address)
  }
  for (const url of [
    ...['http://127.0.0.1:9001/', 'http://localhost:9001/', 'http://[::1]:9001/', 'http://0:9001/'],
    ...['https://hub.example.com/x', 'https://HUB.example.com.:443/', 'http://[::ffff:127.0.0.1]:9001/'],
  ]) {
    throws(() => parse(url), { code: 'bad_request' }, url)
  }
  equal(parse('http://hub.example.com/').protocol, 'http:')
})

test('forbids the addresses of its own machine, public ones too', () => {
  const { permits } = policyOf()
  for (const infos of Object.values(networkInterfaces())) {
    for (const { address } of infos ?? []) equal(permits('x.example', address, 443), false, address)
  }
})

test('names the part of the setting that is no target', () => {
  for (const text of [
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    'a b',
    '10.0.0',
    'x:0',
    'x:70000',
    '[::1]x',
    '-a',
    'a/8',
    '',
    '::1%lo',
  ]) {
    throws(
      () => parseTargetRules(`127.0.0.1,${text}`),
      (error: Error) => {
        match(error.message, /^holds "/)
        return true
      },
      text,
    )
  }
})
