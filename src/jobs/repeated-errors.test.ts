import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { tellOnceAMinute } from './repeated-errors.ts'

test('tells the same error of a job once a minute, and another at once', () => {
  let now = 0
  const told: string[] = []
  const onError = tellOnceAMinute(
    (name, error) => told.push(`${name} ${(error as Error).message}`),
    () => now,
  )
  for (const message of ['a', 'a', 'b']) onError('purge', new Error(message))
  onError('renew', new Error('a'))
  now = 60_000
  onError('purge', new Error('a'))
  deepEqual(told, ['purge a', 'purge b', 'renew a', 'purge a'])
})
