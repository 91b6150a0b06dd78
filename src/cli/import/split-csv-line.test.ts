import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitCsvLine } from './split-csv-line.ts'

test('reads back whatever was written as CSV', () => {
  const field = fc.string().map((text) => text.replace(/[\r\n]/g, ' '))
  fc.assert(
    fc.property(fc.array(field, { minLength: 1 }), (fields) => {
      const quoted = fields.map((text) => `"${text.replaceAll('"', '""')}"`)
      deepEqual(splitCsvLine(quoted.join(',')), fields)
      const bare = fields.map((text, at) => (/[",]/.test(text) ? quoted[at] : text))
      deepEqual(splitCsvLine(bare.join(',')), fields)
    }),
  )
})

test('refuses a broken quote', () => {
  for (const line of ['"a', 'a"b', '"a"b,c', 'x,"', '"a""', 'a,"b"c']) equal(splitCsvLine(line), null, line)
})
