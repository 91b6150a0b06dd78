import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { purgeAll } from './purge-all.ts'

test('purges in batches until nothing is left', async () => {
  let left = 2500
  const removed: number[] = []
  await purgeAll(async (limit) => {
    const count = Math.min(limit, left)
    left -= count
    removed.push(count)
    return count
  })
  deepEqual(removed, [1000, 1000, 500])
})
