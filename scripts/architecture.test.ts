import { deepEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findBreaches, findCircles, listSources } from './architecture.ts'

const read = (file: string) => readFileSync(file, 'utf8')

test('keeps every import of src/ and sandbox/ inside the rules', () => {
  const files = listSources()
  ok(files.length >= 130, `saw only ${files.length} files`)
  deepEqual(findBreaches(files, read), [])
  deepEqual(findCircles(files, read), [])
})

test('sees each kind of breach', () => {
  const breaches: [string, string][] = [
    ['src/dialects/commcn/x.ts', "import { y } from '../control/y.ts'"],
    ['src/dialects/commcn/x.ts', "import { y } from '../../wechat/y.ts'"],
    ['src/hub/users/x.ts', "import type { y } from '../../http/y.ts'"],
    ['src/hub/users/x.ts', "import Fastify from 'fastify'"],
    ['src/wechat/x.ts', "const y = await import('../hub/users/users.ts')"],
    ['src/http/x.ts', "import { startApp } from '../app.ts'"],
    ['sandbox/x.ts', "export { Secret } from '../src/secret.ts'"],
    ['src/jobs/x.ts', 'process.exit(1)'],
    ['src/unknown/x.ts', "import fs from 'node:fs'"],
  ]
  for (const [file, code] of breaches) ok(findBreaches([file], () => code).length > 0, `${file}: ${code}`)
  const circle = { 'src/hub/a/x.ts': "import '../b/x.ts'", 'src/hub/b/x.ts': "import '../a/x.ts'" }
  deepEqual(
    findCircles(Object.keys(circle), (file) => circle[file as keyof typeof circle]),
    ['a', 'b'],
  )
})
