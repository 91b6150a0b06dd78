import { spawnSync } from 'node:child_process'

/** Format, lint, types, architecture: all of them, so that one run shows all that is wrong. */
const checks: [string, string[]][] = [
  ['biome', ['check', '.', '--error-on-warnings']],
  ['tsc', []],
  ['node', ['scripts/architecture.ts']],
]
let failed = 0
for (const [command, args] of checks) {
  const { status } = spawnSync(`node_modules/.bin/${command}`, args, { stdio: 'inherit' })
  if (status !== 0) {
    failed += 1
    process.stderr.write(`check: ${command} found something\n`)
  }
}
process.exit(failed === 0 ? 0 : 1)
