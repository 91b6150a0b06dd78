import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { runs } from '../../../test/support/runs.ts'
import { readXml } from './read-fields.ts'
import { readFlatXml } from './read-flat-xml.ts'

test('reads the messages that have no fields within fields', () => {
  const text = `<xml>\n <ToUserName><![CDATA[gh_1]]></ToUserName><Content><![CDATA[<b> & "好"\n]]></Content>
    <EventKey><![CDATA[]]></EventKey><MsgId>23456789012345678</MsgId></xml>\n`
  const fields = { ToUserName: 'gh_1', Content: '<b> & "好"\n', EventKey: '', MsgId: '23456789012345678' }
  deepEqual(readFlatXml(text), fields)
  deepEqual(readXml(text), fields)
})

test('leaves to the parser what may have a second reading', () => {
  const others = [
    '<xml></xml>',
    '<xml><a>1</a><a>2</a></xml>',
    '<xml><__proto__>1</__proto__></xml>',
    '<xml><a>&lt;</a></xml>',
    '<xml><a> 1</a></xml>',
    '<xml><a></a></xml>',
    '<xml><a><b>1</b></a></xml>',
    '<xml><a b="1">1</a></xml>',
    '<xml><a><![CDATA[1]]><![CDATA[2]]></a></xml>',
    '<xml><a><![CDATA[1]2]]></a></xml>',
    '<xml><a><![CDATA[\r\n]]></a></xml>',
    '<xml><a><![CDATA[\u0000]]></a></xml>',
    '<xml><a>1</a></xml><xml><a>1</a></xml>',
    '<xml><a>1</a>x</xml>',
    '<xml><!-- --><a>1</a></xml>',
    '<?xml version="1.0"?><xml><a>1</a></xml>',
    '<!DOCTYPE xml><xml><a>1</a></xml>',
    '<xml><a>1</b></xml>',
    '<xml><a>1</a>',
    // Blanks to JavaScript and none to XML.
    '<xml>\v<a>1</a></xml>',
    '<xml><a>1</a>\f</xml>',
  ]
  for (const text of others) equal(readFlatXml(text), null, text)
})

test('reads as the parser does, or not at all', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<xml>',
      '</xml>',
      '<a>',
      '</a>',
      '<b>',
      '</b>',
      '<![CDATA[',
      ']]>',
      ']',
      '&lt;',
      '&#65;',
    ),
    fc.constantFrom(' ', '\n', '\r', '\t', '/', '<', '>', 'x', '1', '-', '<c/>', '\u0000', '好', '=', '"'),
    fc.stringMatching(/^<[ab]>[^<]{0,5}<\/[ab]>$/),
    fc.string({ maxLength: 6 }).map((text) => `<a><![CDATA[${text}]]></a>`),
    fc.string({ maxLength: 6 }).map((text) => `<b><![CDATA[${text}]]></b>`),
  )
  let read = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
      const text = `<xml>${pieces.join('')}</xml>`
      const flat = readFlatXml(text)
      if (flat === null) return
      read += 1
      deepEqual(flat, readXml(text))
    }),
    { numRuns: runs(5000) },
  )
  ok(read > 100)
})
