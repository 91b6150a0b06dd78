import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createClock } from '../../sandbox/clock.ts'
import { createSchedule } from '../../sandbox/schedule.ts'

test('runs what is due in order of time, then of arrival, when the clock is moved', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(25), (times, advanceMs) => {
      const clock = createClock({ realNow: () => 0 })
      const schedule = createSchedule({ clock })
      const ran: [number, number][] = []
      for (const [arrival, dueAt] of times.entries())
        schedule.at(dueAt + 1, () => ran.push([dueAt + 1, arrival]))
      clock.advance(advanceMs)
      const expected = times
        .map((dueAt, arrival): [number, number] => [dueAt + 1, arrival])
        .filter(([dueAt]) => dueAt <= advanceMs)
        .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      deepEqual(ran, expected)
      schedule.stop()
    }),
  )
})

test('runs by itself when the time has come', async () => {
  const schedule = createSchedule({ clock: createClock({ realNow: Date.now }) })
  const ran: string[] = []
  const holdsTheProcess = setTimeout(() => {}, 10_000)
  await new Promise<void>((resolve) => {
    schedule.at(Date.now() + 20, resolve)
    schedule.at(Date.now() + 5, () => ran.push('first'))
  })
  clearTimeout(holdsTheProcess)
  deepEqual(ran, ['first'])
})

test('runs nothing after it was stopped', () => {
  const clock = createClock({ realNow: () => 0 })
  const schedule = createSchedule({ clock })
  const ran: string[] = []
  schedule.at(1, () => ran.push('before'))
  schedule.stop()
  schedule.at(1, () => ran.push('after'))
  clock.advance(2)
  deepEqual(ran, [])
})
