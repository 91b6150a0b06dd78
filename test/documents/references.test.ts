import { deepEqual, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'
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

test('describes every setting in .env.example, and no other', () => {
  const described = [...readFileSync('.env.example', 'utf8').matchAll(/^#? ?(WEHUB_\w+)=/gm)].map(
    ([, name]) => name,
  )
  // The one setting that only the sandbox reads, where it runs alone.
  const read = new Set<string>(['WEHUB_SANDBOX_HOST'])
  readConfig(
    new Proxy({}, { get: (_target, name) => void read.add(String(name)) }) as Record<
      string,
      string | undefined
    >,
  )
  deepEqual([...read].sort(), [...new Set(described)].sort())
})
