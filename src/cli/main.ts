import { text as readAll } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { readDotEnv } from '../dot-env.ts'
import { HubError } from '../hub/errors.ts'
import { openHub } from '../open-hub.ts'
import { Secret } from '../secret.ts'
import { type Command, type CommandResult, UsageError } from './command.ts'
import { describeAll, describeOne, findCommand } from './commands.ts'
import { chineseErrors } from './error-texts.ts'
import { pickLanguage } from './language.ts'

const language = pickLanguage(process.env)

async function main(args: string[]): Promise<void> {
  const isHelp = args.includes('--help') || args.length === 0
  const command = findCommand(args)
  if (isHelp) {
    process.stdout.write(command === null ? describeAll(language) : describeOne(command, language))
    return
  }
  if (command === null)
    throw new UsageError(
      language === 'zh' ? `没有这个命令：${args.join(' ')}` : `no such command: ${args.join(' ')}`,
    )
  const { values, positionals } = parse(command, args)
  const { json, ...options } = values
  const result = await run(command, positionals, options as Record<string, string | undefined>)
  process.stdout.write(`${json ? JSON.stringify(result.data) : result.text}\n`)
  if (result.isFailed) process.exitCode = 1
}

function parse(command: Command, args: string[]) {
  const own = Object.fromEntries((command.options ?? []).map((name) => [name, { type: 'string' as const }]))
  try {
    const parsed = parseArgs({
      args: args.slice(command.words.split(' ').length),
      options: { ...own, json: { type: 'boolean' } },
      allowPositionals: true,
    })
    if (parsed.positionals.length === command.argCount) return parsed
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'malformed')
  }
  throw new UsageError(describeOne(command, language).trim())
}

async function run(
  command: Command,
  args: string[],
  options: Record<string, string | undefined>,
): Promise<CommandResult> {
  readDotEnv(() => process.loadEnvFile())
  const config = readConfig(process.env)
  await using stack = new AsyncDisposableStack()
  // A sandbox hub that runs has its sandbox there.
  const sandboxUrl = config.mode === 'live' ? null : `http://127.0.0.1:${config.sandboxPort}`
  const { hub } = await openHub(config, stack, {
    sandboxUrl: config.apiUrl ?? sandboxUrl,
    use: command.isBulk ? 'bulk' : 'serving',
  })
  return await command.run({ config, hub, args, options, language, readSecret, terminal: process.stderr })
}

async function readSecret(): Promise<Secret> {
  if (process.stdin.isTTY) process.stderr.write('secret: ')
  const text = process.stdin.isTTY ? await readLine() : await readAll(process.stdin)
  return new Secret(text.trim())
}

function readLine(): Promise<string> {
  return new Promise((resolve) => {
    process.stdin.once('data', (data) => {
      process.stdin.pause()
      resolve(String(data))
    })
  })
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof HubError)) return error.message
  const words = language === 'zh' ? `${chineseErrors[error.code]}：${error.message}` : error.message
  return `${words} (${error.code})`
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`wehub: ${describeError(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
