import { text as readAll } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { type Environment, readConfig } from '../config.ts'
import { readDotEnv } from '../dot-env.ts'
import { HubError } from '../hub/errors.ts'
import { openHub } from '../open-hub.ts'
import { Secret } from '../secret.ts'
import { type Command, type CommandContext, type CommandResult, UsageError } from './command.ts'
import { describeAll, describeOne, findCommand } from './commands.ts'
import { chineseErrors } from './error-texts.ts'
import { type Language, pickLanguage } from './language.ts'

/** What a command takes of its process. */
export type CliProcess = {
  env: Environment
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  stdout: { write: (text: string) => unknown }
  stderr: CommandContext['terminal']
  /** Reads `.env` into `env`. */
  loadEnvFile: () => void
}

/** Runs one command; returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCli(args: string[], surroundings: CliProcess): Promise<number> {
  const language = pickLanguage(surroundings.env)
  try {
    return await runOrDescribe(args, language, surroundings)
  } catch (error) {
    surroundings.stderr.write(`wehub: ${describeError(error, language)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function runOrDescribe(args: string[], language: Language, surroundings: CliProcess): Promise<number> {
  const { stdout } = surroundings
  const isHelp = args.includes('--help') || args.length === 0
  const command = findCommand(args)
  if (isHelp) {
    stdout.write(command === null ? describeAll(language) : describeOne(command, language))
    return 0
  }
  if (command === null)
    throw new UsageError(
      language === 'zh' ? `没有这个命令：${args.join(' ')}` : `no such command: ${args.join(' ')}`,
    )
  const { values, positionals } = parse(command, args, language)
  const { json, ...options } = values
  const given = { args: positionals, options: options as Record<string, string | undefined>, language }
  const result = await run(command, given, surroundings)
  stdout.write(`${json ? JSON.stringify(result.data) : result.text}\n`)
  return result.isFailed ? 1 : 0
}

function parse(command: Command, args: string[], language: Language) {
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

type Given = Pick<CommandContext, 'args' | 'options' | 'language'>

async function run(command: Command, given: Given, surroundings: CliProcess): Promise<CommandResult> {
  const { env, stderr } = surroundings
  readDotEnv(() => surroundings.loadEnvFile())
  const config = readConfig(env)
  await using stack = new AsyncDisposableStack()
  // A sandbox hub that runs has its sandbox there.
  const sandboxUrl = config.mode === 'live' ? null : `http://127.0.0.1:${config.sandboxPort}`
  const { hub } = await openHub(config, stack, {
    sandboxUrl: config.apiUrl ?? sandboxUrl,
    use: command.isBulk ? 'bulk' : 'serving',
  })
  const readSecret = () => readSecretFrom(surroundings)
  return await command.run({ ...given, config, hub, readSecret, terminal: stderr })
}

async function readSecretFrom({ stdin, stderr }: CliProcess): Promise<Secret> {
  if (stdin.isTTY) stderr.write('secret: ')
  const text = stdin.isTTY ? await readLine(stdin) : await readAll(stdin)
  return new Secret(text.trim())
}

function readLine(stdin: CliProcess['stdin']): Promise<string> {
  return new Promise((resolve) => {
    stdin.once('data', (data) => {
      stdin.pause()
      resolve(String(data))
    })
  })
}

function describeError(error: unknown, language: Language): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof HubError)) return error.message
  const words = language === 'zh' ? `${chineseErrors[error.code]}：${error.message}` : error.message
  return `${words} (${error.code})`
}
