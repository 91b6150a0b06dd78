import { deepEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { createLanes } from './lanes.ts'

test('does work on one thing in turn, failures too, and on two things side by side', async () => {
  const lanes = createLanes()
  const seen: string[] = []
  const gates = ['a1', 'a2', 'b1'].map((name) => ({ name, ...Promise.withResolvers<void>() }))
  const [first, second, other] = gates.map(({ name, promise }) =>
    lanes.run(name.charAt(0), async () => {
      seen.push(name)
      await promise
    }),
  )
  await new Promise(setImmediate)
  deepEqual(seen, ['a1', 'b1'])
  gates[0]?.reject(new Error('no'))
  await rejects(first ?? Promise.resolve(), /no/)
  await new Promise(setImmediate)
  deepEqual(seen, ['a1', 'b1', 'a2'])
  gates[1]?.resolve()
  gates[2]?.resolve()
  await Promise.all([second, other])
})
