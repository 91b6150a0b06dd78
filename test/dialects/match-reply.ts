import { deepEqual, doesNotMatch, equal, ok } from 'node:assert/strict'
import { secretMark } from '../../sandbox/secret-mark.ts'
import type { Answer } from '../support/hub-client.ts'
import type { ExpectedReply } from './contract-case.ts'
import { type CaseNames, fillText } from './fill-names.ts'

type Surroundings = { names: CaseNames; nowMs: number }

/**
 * Compares a reply to the letter, but for `{"$match": "…"}` (a text that fits), `{"$integer": true}` (an id) and `{"$secondsFromNow": n}`
 * (unix seconds, give or take 5). No reply holds a secret unless the contract says so.
 */
export function matchReply(answer: Answer, expected: ExpectedReply, around: Surroundings): void {
  equal(answer.status, expected.status, answer.text)
  if ('body' in expected) deepEqual(answer.body, settle(expected.body, answer.body, around))
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const actual = answer.headers.get(name)
    equal(actual, settle(value, actual, around), name)
  }
  ok(!answer.text.includes(secretMark) || expected.carriesSecret, 'the reply holds a secret')
  doesNotMatch(answer.text, /node_modules|\.ts:\d|\.js:\d/)
}

/** The expected value, with the actual one in every place where a matcher accepts it. */
function settle(expected: unknown, actual: unknown, around: Surroundings): unknown {
  if (typeof expected === 'string') return fillText(expected, around.names)
  if (Array.isArray(expected)) return expected.map((one, at) => settle(one, partOf(actual, at), around))
  if (typeof expected !== 'object' || expected === null) return expected
  if ('$number' in expected) return Number(fillText(String(expected.$number), around.names))
  if (isMatcher(expected)) return accepts(expected, actual, around) ? actual : expected
  return Object.fromEntries(
    Object.entries(expected).map(([key, one]) => [key, settle(one, partOf(actual, key), around)]),
  )
}

type Matcher = { $match: string } | { $integer: true } | { $secondsFromNow: number }

function isMatcher(value: object): value is Matcher {
  return '$match' in value || '$integer' in value || '$secondsFromNow' in value
}

function accepts(matcher: Matcher, actual: unknown, { nowMs }: Surroundings): boolean {
  if ('$match' in matcher) {
    return typeof actual === 'string' && new RegExp(matcher.$match, 'u').test(actual)
  }
  if ('$integer' in matcher) return Number.isInteger(actual) && Number(actual) > 0
  const wanted = nowMs / 1000 + matcher.$secondsFromNow
  return Number.isInteger(actual) && Math.abs(Number(actual) - wanted) < 5
}

function partOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
