import { equal, ok } from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createDatabase } from '../support/database.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { type Fence, listDocuments, listShellFences } from './documents.ts'

const run = promisify(execFile)

// What sets a clone up or needs other programs; CI runs the first two in a fresh clone.
const notHere = /^(npm ci|npm run|npm start|npm test|docker )/

const hasShell = spawnSync('bash', ['-c', 'command -v curl sed']).status === 0
const skip = hasShell ? false : 'bash, curl or sed is not installed'

test('runs every shell example of the documents as it stands', { skip }, async (t) => {
  const { dir } = await createDatabase(t, 'sqlite')
  const env = { PATH: `node_modules/.bin:${process.env.PATH}`, HOME: dir, WEHUB_DATA_DIR: `${dir}/data` }
  const hub = await startHubProcess(t, { ...env, WEHUB_PORT: '0', WEHUB_SANDBOX_PORT: '0' })
  const { url, sandboxUrl } = JSON.parse(/^wehub ready (.*)$/m.exec(hub.output())?.[1] ?? '{}')
  const toLocal = ({ code }: Fence): string =>
    code
      .replaceAll('http://127.0.0.1:9001', url)
      .replaceAll('http://127.0.0.1:9002', sandboxUrl)
      .replaceAll("'data/", `'${dir}/data/`)

  const fences = listDocuments().flatMap(listShellFences)
  const runnable = fences.filter(({ code }) => !notHere.test(code))
  // The same example stands in a document's English and its Chinese version.
  const examples = [...new Map(runnable.map((fence) => [fence.code, fence])).values()]
  ok(examples.length >= 15, `saw only ${examples.length} examples`)
  for (const example of examples) {
    await fetch(`${sandboxUrl}/_sandbox/reset`, { method: 'POST' })
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', toLocal(example)], { env })
    const where = `${example.file}:\n${example.code}\n${stdout}`
    ok(stdout.trim() !== '', where)
    equal(/"error":|"success":false|"status":(4|5)\d\d/.test(stdout), false, where)
  }
})
