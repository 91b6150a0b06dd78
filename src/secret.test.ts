import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from './secret.ts'

test('prints [secret] wherever a value could slip out', () => {
  const secret = new Secret('hunter2hunter2')
  deepEqual(
    [`${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ deep: [secret] }), String(secret)],
    ['[secret]', '{"secret":"[secret]"}', '[secret]', '{ deep: [ [secret] ] }', '[secret]'],
  )
  deepEqual(Object.keys(secret), [])
})

test('compares with texts of any length', () => {
  const secret = new Secret('abc')
  ok(secret.equals('abc'))
  for (const other of ['', 'abd', 'abcd', 'ABC']) equal(secret.equals(other), false)
})
