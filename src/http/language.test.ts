import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { chooseLanguage } from './language.ts'

test('chooses Chinese or English by what the browser prefers', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['fr-FR', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-US,en;q=0.9', 'en'],
    ['en;q=0.5, zh-TW;q=0.8', 'zh'],
    ['fr, EN;q=0.2', 'en'],
    ['en;q=0, zh;q=0.1', 'zh'],
    ['en;q=x', 'zh'],
  ]
  for (const [header, language] of cases) equal(chooseLanguage(header), language, header)
})
