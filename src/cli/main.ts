import { ConfigError, readConfig } from '../config.ts'
import { readDotEnv } from '../dot-env.ts'
import { rotateMasterKey } from '../master-key-rotation.ts'

const help = `Usage: wehub <command> [--json]

  keys rotate-master   seal all data keys under the first key of WEHUB_MASTER_KEYS (put the new key in
                       front and keep the old one behind it until every hub was restarted)

  --json               print the result as JSON
  --help               this text

Settings are read from the environment and from .env, like those of the hub.
Exit codes: 0 done, 1 failed, 2 wrong usage.
`

async function main(args: string[]): Promise<void> {
  const words = args.filter((arg) => !arg.startsWith('--'))
  const flags = new Set(args.filter((arg) => arg.startsWith('--')))
  if (flags.has('--help') || words.length === 0) {
    process.stdout.write(help)
    return
  }
  const unknown = [...flags].find((flag) => flag !== '--json')
  if (words.join(' ') !== 'keys rotate-master' || unknown !== undefined) {
    process.stderr.write(`wehub: no such command: ${[...words, unknown ?? ''].join(' ').trim()}\n${help}`)
    process.exitCode = 2
    return
  }
  readDotEnv(() => process.loadEnvFile())
  const rotation = await rotateMasterKey(readConfig(process.env))
  const text = `master key ${rotation.masterKeyId} seals now; data keys sealed anew: ${rotation.resealed}`
  process.stdout.write(`${flags.has('--json') ? JSON.stringify(rotation) : text}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`wehub: ${error instanceof ConfigError ? '' : 'failed: '}${message}\n`)
  process.exitCode = 1
})
