import { appCommands } from './app-commands.ts'
import { auditCommand } from './audit-command.ts'
import type { Command } from './command.ts'
import { doctorCommand } from './doctor.ts'
import { importCommands } from './import/import-commands.ts'
import { keyCommands } from './key-commands.ts'
import type { Language } from './language.ts'
import { merchantCommands } from './merchant-commands.ts'
import { peopleCommands } from './people-commands.ts'
import { setupCommands } from './setup-commands.ts'
import { tokenCommands } from './token-commands.ts'
import { userCommands } from './user-commands.ts'
import { webhookCommands } from './webhook-commands.ts'

const migrateCommand: Command = {
  words: 'migrate',
  usage: '',
  about: { en: 'brings the database up to date', zh: '升级数据库结构' },
  argCount: 0,
  // Opening the hub has done it.
  async run({ config: { database }, language }) {
    const text = {
      en: `the ${database.engine} database is up to date`,
      zh: `${database.engine} 数据库已是最新`,
    }
    return { data: { engine: database.engine, migrated: true }, text: text[language] }
  },
}

export const commands: readonly Command[] = [
  migrateCommand,
  ...appCommands,
  ...merchantCommands,
  ...setupCommands,
  ...keyCommands,
  ...userCommands,
  ...webhookCommands,
  ...tokenCommands,
  ...peopleCommands,
  ...importCommands,
  auditCommand,
  doctorCommand,
]

/** The command whose words lead the arguments; the longest wins. */
export function findCommand(args: readonly string[]): Command | null {
  const text = `${args.join(' ')} `
  return commands.find(({ words }) => text.startsWith(`${words} `)) ?? null
}

const texts = {
  en: {
    usage: 'Usage: wehub <command> [arguments] [--json]',
    options: '--json  the result as JSON      --help  this text, or that of a command',
    settings: 'Settings are read from the environment and from .env, like those of the hub.',
    exit: 'Exit codes: 0 done, 1 failed, 2 wrong usage.',
    fields: 'fields, one row a line: ',
  },
  zh: {
    usage: '用法：wehub <命令> [参数] [--json]',
    options: '--json  以 JSON 输出      --help  显示帮助或某命令的帮助',
    settings: '与中控服务相同，从环境变量和 .env 读取配置。',
    exit: '退出码：0 成功，1 失败，2 用法错误。',
    fields: '字段（每行一条记录）：',
  },
}

export function describeAll(language: Language): string {
  const { usage, options, settings, exit } = texts[language]
  const width = Math.max(...commands.map(({ words }) => words.length))
  const lines = commands.map(({ words, about }) => `  ${words.padEnd(width)}  ${about[language]}`)
  return `${usage}\n\n${lines.join('\n')}\n\n${options}\n${settings}\n${exit}\n`
}

export function describeOne({ words, usage, about, fields }: Command, language: Language): string {
  const named = fields === undefined ? '' : `  ${texts[language].fields}${fields.join(', ')}\n`
  return `wehub ${words} ${usage}`.trim().concat(`\n  ${about[language]}\n${named}`)
}
