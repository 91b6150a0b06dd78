import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

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

const processes = 2
// To load a hub costs a second, so neighbours share a process; a campaign has one of its own.
const filesPerProcess = isLong ? 1 : Math.min(6, Math.ceil(files.length / processes))
const dir = mkdtempSync(join(isLong ? tmpdir() : findRoomyDir(), 'wehub-test-run-'))
// PostgreSQL is another user where the tests are root.
chmodSync(dir, 0o711)
const settings = {
  TMPDIR: dir,
  // Where the hub's own start has its cache: TypeScript is stripped once a change, not once a process.
  NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
  ...(isLong && { WEHUB_TEST_LONG: '1' }),
}
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${processes}`,
    `--test-timeout=${isLong ? 3_600_000 : 120_000}`,
    '--test-global-setup=test/support/global-setup.ts',
    ...args.filter((arg) => arg.startsWith('--') && arg !== '--long'),
    ...writeEntries(files.sort().reverse()),
  ],
  { stdio: 'inherit', env: { ...process.env, ...settings } },
)
rmSync(dir, { recursive: true, force: true })
process.exit(status ?? 1)

/** Memory where there is enough: what the tests store need not outlive them, and files on a disk cost most of it. */
function findRoomyDir(): string {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > 2 * 1024 ** 3 ? memory : tmpdir()
}

/** Modules that load some test files each. */
function writeEntries(tests: string[]): string[] {
  const entries: string[] = []
  for (let start = 0; start < tests.length; start += filesPerProcess) {
    const urls = tests.slice(start, start + filesPerProcess).map((file) => pathToFileURL(file).href)
    const entry = join(dir, `${start}.mjs`)
    writeFileSync(entry, urls.map((url) => `import ${JSON.stringify(url)}\n`).join(''))
    entries.push(entry)
  }
  return entries
}
