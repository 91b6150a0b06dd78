import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html } from './html.ts'

test('escapes every value, and takes html as it is', () => {
  const name = `<script>alert("1")</script>&'\0`
  const inner = html`<b title="${name}">${name}</b>`
  const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\ufffd'
  equal(html`<p>${inner}${null}${7}</p>`.toString(), `<p><b title="${escaped}">${escaped}</b>7</p>`)
})

test('lets no text end its attribute or begin a tag', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = html`${text}`.toString()
      equal(/[<>"'\0]/.test(shown), false)
      equal(shown.isWellFormed(), true)
    }),
  )
})
