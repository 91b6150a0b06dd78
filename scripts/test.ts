import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

/**
 * Runs the tests on both engines: `npm test`, `npm test -- <part of a path>`; `--long` adds the campaigns
 * (`*.long.ts`), and twenty times as many runs of each random test.
 */
const args = process.argv.slice(2)
const isLong = args.includes('--long')
const parts = args.filter((arg) => !arg.startsWith('--'))
const patterns = ['{src,sandbox,test,scripts}/**/*.test.ts', ...(isLong ? ['test/**/*.long.ts'] : [])]
const files = globSync(patterns).filter(
  (file) => parts.length === 0 || parts.some((part) => file.includes(part)),
)
if (files.length === 0) {
  process.stderr.write('no test file fits\n')
  process.exit(1)
}
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${isLong ? 3_600_000 : 120_000}`,
    '--test-global-setup=test/support/global-setup.ts',
    ...args.filter((arg) => arg.startsWith('--') && arg !== '--long'),
    ...files.sort(),
  ],
  { stdio: 'inherit', env: { ...process.env, ...(isLong && { WEHUB_TEST_LONG: '1' }) } },
)
process.exit(status ?? 1)
