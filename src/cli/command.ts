import type { Config } from '../config.ts'
import type { Actor } from '../hub/audit/actor.ts'
import type { Hub } from '../hub/hub.ts'
import type { Secret } from '../secret.ts'
import type { Language, Text } from './language.ts'

/** What a command works with. */
export type CommandContext = {
  config: Config
  hub: Hub
  /** What stands behind the command's words. */
  args: string[]
  options: Record<string, string | undefined>
  language: Language
  /** A secret from standard input: on the command line it would stand in the list of processes. */
  readSecret: () => Promise<Secret>
  /** Where people watch: not for results. */
  terminal: { isTTY?: boolean; write: (text: string) => unknown }
}

/** `data` for --json, `text` for people; `isFailed` ends with exit code 1. */
export type CommandResult = { data: unknown; text: string; isFailed?: boolean }

export type Command = {
  words: string
  /** Arguments and options as the help shows them. */
  usage: string
  about: Text
  /** Fields of the file that it reads. */
  fields?: readonly string[]
  /** How many arguments it takes. */
  argCount: number
  /** Names of its options, each with a value. */
  options?: readonly string[]
  /** Writes very many rows. */
  isBulk?: boolean
  run: (context: CommandContext) => Promise<CommandResult>
}

/** A wrong call: told with the help, exit code 2. */
export class UsageError extends Error {}

/** Whoever sits at the machine. */
export const actor: Actor = { name: 'cli', address: null }
