import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseReturnUrl } from './return-url.ts'

const ownOrigin = 'https://hub.example'
const allowed = { ownOrigin, origins: ['https://shop.example', 'http://localhost:3000'] }

test('takes pages of ours and of listed origins, whole', () => {
  const cases: [string, string][] = [
    ['/', 'https://hub.example/'],
    ['/a/b?c=d#e', 'https://hub.example/a/b?c=d#e'],
    ['/a/../b', 'https://hub.example/b'],
    ['/?next=//evil.example', 'https://hub.example/?next=//evil.example'],
    ['HTTPS://HUB.example:443/a', 'https://hub.example/a'],
    ['https://shop.example', 'https://shop.example/'],
    ['https://shop.example/a?b#/home', 'https://shop.example/a?b#/home'],
    ['http://localhost:3000/小店', 'http://localhost:3000/%E5%B0%8F%E5%BA%97'],
  ]
  for (const [text, url] of cases) equal(parseReturnUrl(text, allowed), url, text)
})

test('refuses what leads, or could be read to lead, elsewhere', () => {
  const refused = [
    '',
    'a',
    '?a',
    '#a',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/ /evil.example',
    '/a\0b',
    '/a\rSet-Cookie: x',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https:\\\\evil.example',
    'https:/\\evil.example',
    'https://evil.example',
    'https://shop.example.evil.example',
    'https://shop.example@evil.example',
    'https://shop.example:x@evil.example',
    'https://user@shop.example',
    'https://user:word@hub.example',
    'https://shop.example:444',
    'http://shop.example',
    'http://hub.example',
    'https://localhost:3000',
    'https://evil.example/https://shop.example',
    'https://evil.example?https://shop.example',
    'https://shop.example\\@evil.example',
    'https://shop.exam\u200bple.evil.example',
    'javascript:alert(1)',
    'JavaScript:alert(1)//https://shop.example',
    'data:text/html,x',
    'blob:https://shop.example/1',
    'ftp://shop.example',
    'view-source:https://shop.example',
    `/${'a'.repeat(2048)}`,
    `/${'小'.repeat(1000)}`,
    '/\ud800',
  ]
  for (const text of refused) equal(parseReturnUrl(text, allowed), null, JSON.stringify(text))
})

test('never lets a login end at another origin, whatever is asked for', () => {
  const part = fc.constantFrom(
    ...['/', '//', '\\', '@', ':', '?', '#', '.', '%2f', '%5c', '\t', '\0', ' ', 'https', 'javascript'],
    ...['evil.example', 'hub.example', 'shop.example', 'localhost:3000', 'user', '[::1]', '。', '%00'],
  )
  const text = fc.oneof(
    fc
      .array(fc.oneof({ weight: 5, arbitrary: part }, fc.string({ unit: 'binary', maxLength: 3 })))
      .map((parts) => parts.join('')),
    fc.webUrl(),
  )
  const start = fc.constantFrom(
    '',
    '/',
    'https://',
    'https://shop.example',
    'http://localhost:3000',
    'https://hub.example',
  )
  let taken = 0
  fc.assert(
    fc.property(start, text, (first, rest) => {
      const url = parseReturnUrl(first + rest, allowed)
      if (url === null) return
      taken += 1
      ok([ownOrigin, ...allowed.origins].includes(new URL(url).origin), url)
      // It reads the same wherever it stands: absolute, and no sign that a header or a browser minds.
      equal(new URL(url, 'https://evil.example').href, url)
      equal(/^https?:\/\/[\x21-\x7e]+$/.test(url), true, url)
      equal(parseReturnUrl(url, allowed), url)
    }),
    { numRuns: 5000 },
  )
  ok(taken > 100, `${taken}`)
})
