import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The peers have packages of their own, so that the hub's tree holds nothing that only they need. */
export function installPeers(): void {
  const folder = fileURLToPath(new URL('../peers/', import.meta.url))
  if (existsSync(`${folder}node_modules`)) return
  process.stderr.write('installing the packages of bench/peers …\n')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
