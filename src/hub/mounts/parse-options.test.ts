import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { contracts } from './mount.ts'
import { parseMountOptions } from './parse-options.ts'

const sound = [
  { envelope: 'ginrpc' },
  { corsOrigins: ['https://shop.example', 'http://localhost:5173', 'https://a.example:8443'] },
  { trustedNetworks: ['10.0.0.0/8', '192.168.1.7', '192.168.1.7/32', 'fd00::/8', '2001:db8::/32', '::1'] },
  { longScenes: true },
  { longScenes: false },
  { capacity: 0 },
  { renewableDays: 30, capacity: 1_000_000 },
  {},
]

test('takes the options that a contract has', () => {
  for (const options of sound) deepEqual(parseMountOptions('shares', options), options)
  for (const none of [undefined, null]) deepEqual(parseMountOptions('shares', none), {})
})

const unsound: [string, unknown][] = [
  ['envelope', 'Documented'],
  ['envelope', null],
  ...[
    '*',
    'null',
    'https://shop.example/',
    'https://shop.example/a',
    'https://Shop.example',
    'https://shop.example:443',
    'ftp://shop.example',
    'shop.example',
    'https://u@shop.example',
    7,
  ].map((origin): [string, unknown] => ['corsOrigins', [origin]]),
  ['corsOrigins', 'https://shop.example'],
  ['corsOrigins', Array(101).fill('https://shop.example')],
  ...[
    '0.0.0.0/0',
    '10.0.0.0/7',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08x',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '::/0',
    '::/32',
    '::ffff:0:0/96',
    '::ffff:10.0.0.1',
    '::1/64',
    'fc00::/7',
    '2001:db8::/31',
    'fe80::1%eth0',
    'localhost',
    '',
    null,
  ].map((network): [string, unknown] => ['trustedNetworks', [network]]),
  ...[-1, 1.5, '5', null, 1_000_001].map((value): [string, unknown] => ['capacity', value]),
  ...['true', 1, 0, null, ''].map((value): [string, unknown] => ['longScenes', value]),
  ...[-1, 31, '30', Number.NaN].map((value): [string, unknown] => ['renewableDays', value]),
]

test('refuses a value that an option cannot have, naming the option', () => {
  for (const [name, value] of unsound) {
    throws(
      () => parseMountOptions('shares', { [name]: value }),
      { code: 'bad_request', message: new RegExp(`^option ${name} `) },
      `${name}: ${JSON.stringify(value)}`,
    )
  }
})

test('refuses options that the contract does not have', () => {
  for (const contract of contracts) {
    for (const name of ['color', '__proto__', 'constructor']) {
      const options = JSON.parse(`{"${name}": 1}`)
      throws(() => parseMountOptions(contract, options), { code: 'bad_request', message: new RegExp(name) })
    }
  }
  throws(() => parseMountOptions('commcn', { capacity: 5 }), { message: 'commcn has no option "capacity"' })
  throws(() => parseMountOptions('boilerplate', { longScenes: true }), { code: 'bad_request' })
  throws(() => parseMountOptions('boilerplate', { envelope: 'ginrpc' }), { code: 'bad_request' })
  for (const none of ['x', 7, [], true]) {
    throws(() => parseMountOptions('shares', none), { code: 'bad_request' })
  }
})
