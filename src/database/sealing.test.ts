import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyNumberOf, sealBytes, unsealBytes } from './sealing.ts'

const key = randomBytes(32)

test('gives back what was sealed, whatever it was', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), fc.nat(), (plain, context, number) => {
      const sealed = sealBytes(key, number, context, plain)
      equal(keyNumberOf(sealed), number)
      deepEqual(new Uint8Array(unsealBytes(key, context, sealed)), plain)
    }),
    { numRuns: 200 },
  )
})

test('opens for no other key, no other place and no other bits', () => {
  const sealed = sealBytes(key, 1, 'apps.secret:wx1', Buffer.from('value'))
  throws(() => unsealBytes(randomBytes(32), 'apps.secret:wx1', sealed))
  throws(() => unsealBytes(key, 'apps.secret:wx2', sealed))
  for (let index = 5; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
    throws(() => unsealBytes(key, 'apps.secret:wx1', changed), `byte ${index}`)
  }
})

test('never seals the same value to the same bytes, and knows what is no sealed value', () => {
  notDeepEqual(sealBytes(key, 1, 'c', Buffer.from('v')), sealBytes(key, 1, 'c', Buffer.from('v')))
  throws(() => keyNumberOf(Buffer.from('plain text that was never sealed at all')))
  throws(() => keyNumberOf(Buffer.alloc(3)))
})
