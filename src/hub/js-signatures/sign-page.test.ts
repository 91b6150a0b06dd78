import { equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Secret } from '../../secret.ts'
import { parsePageUrl } from './page-url.ts'
import { signPage } from './sign-page.ts'

type Vector = {
  id: string
  inputs: { jsapi_ticket: string; noncestr: string; timestamp: number; url: string }
  expected: { signature: string }
}

const { vectors } = JSON.parse(readFileSync('test/vectors/js-sdk.json', 'utf8')) as { vectors: Vector[] }

test('signs a page as WeChat does in its own samples', () => {
  ok(vectors.length >= 1)
  for (const { id, inputs, expected } of vectors) {
    const { jsapi_ticket, noncestr: nonceStr, timestamp, url } = inputs
    const page = { ticket: new Secret(jsapi_ticket), nonceStr, timestamp, url: parsePageUrl(`${url}#top`) }
    equal(signPage(page), expected.signature, id)
  }
})
