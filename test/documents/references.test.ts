import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { generatedDocuments } from '../../scripts/generated-documents.ts'
import { readConfig } from '../../src/config.ts'
import { settings } from '../../src/settings.ts'
import { listDocuments, readDocument } from './documents.ts'

const documents = listDocuments()

test('links only to what is there', () => {
  ok(documents.length >= 25, `saw only ${documents.length} documents`)
  const links = documents.flatMap((file) =>
    [...readDocument(file).matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)].map(([, target = '']) => ({
      file,
      path: join(dirname(file), target),
    })),
  )
  ok(links.length >= 20, `saw only ${links.length} links`)
  deepEqual(
    links.filter(({ path }) => !existsSync(path)),
    [],
  )
})

test('names only npm scripts that exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const named = documents.flatMap((file) =>
    [...readDocument(file).matchAll(/npm (?:run ([\w:]+)|(start|test))\b/g)].map(
      ([, run, plain]) => run ?? plain ?? '',
    ),
  )
  ok(named.length >= 10)
  deepEqual(
    named.filter((name) => scripts[name] === undefined),
    [],
  )
})

test('describes every setting that is read, and no other', () => {
  const read = new Set<string>()
  const spy = new Proxy({}, { get: (_target, name) => void read.add(String(name)) })
  readConfig(spy as Record<string, string | undefined>)
  deepEqual([...read].sort(), settings.map(({ name }) => name).sort())
})

test('keeps the documents that are made from the code up to date (npm run docs)', () => {
  for (const [path, make] of Object.entries(generatedDocuments))
    equal(readFileSync(path, 'utf8'), make(), path)
})
