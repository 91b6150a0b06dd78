import { resolve } from 'node:path'
import {
  dayMs,
  isLoopbackHost,
  parseDays,
  parseFlag,
  parseHost,
  parseHttpUrl,
  parseNetworks,
  parseOneOf,
  parsePort,
} from './config-checks.ts'
import { type MasterKeys, parseMasterKeys } from './database/master-keys.ts'
import { parseTargetRules, type TargetRule } from './outbound/target-rules.ts'
import { Secret } from './secret.ts'
import { otherNames, settings } from './settings.ts'

export type DatabaseLocation = { engine: 'sqlite'; path: string } | { engine: 'postgres'; url: Secret }

export type Config = {
  host: string
  port: number
  publicUrl: string | null
  dataDir: string
  database: DatabaseLocation
  masterKeys: MasterKeys | null
  adminKey: Secret | null
  mode: 'sandbox' | 'live'
  apiUrl: string | null
  openUrl: string | null
  payUrl: string | null
  sandboxPort: number
  trustedProxies: string[]
  webhookAllow: TargetRule[]
  keyBackupMs: number
  retentionTimes: { messagesMs: number; unsubscribedMs: number }
  logLevel: string
  logRequests: boolean
}

/** All that is wrong with the settings, at once. Holds names and rules, never a secret's value. */
export class ConfigError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(`the settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

export type Environment = Record<string, string | undefined>

/** Reads every setting, or throws one ConfigError that names all problems together. */
export function readConfig(env: Environment): Config {
  const problems: string[] = []
  function read<T, D>(name: string, parse: (text: string) => T, absent: D): T | D {
    const text = env[name]?.trim()
    if (text === undefined || text === '') return absent
    try {
      return parse(text)
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'is malformed'}`)
      return absent
    }
  }

  const dataDir = resolve(read('WEHUB_DATA_DIR', String, './data'))
  const config: Config = {
    host: read('WEHUB_HOST', parseHost, '127.0.0.1'),
    port: read('WEHUB_PORT', parsePort, 9001),
    publicUrl: read('WEHUB_PUBLIC_URL', parseHttpUrl, null),
    dataDir,
    database: read('WEHUB_DATABASE_URL', parseDatabaseUrl, { engine: 'sqlite', path: `${dataDir}/wehub.db` }),
    masterKeys: read('WEHUB_MASTER_KEYS', parseMasterKeys, null),
    adminKey: read('WEHUB_ADMIN_KEY', parseAdminKey, null),
    mode: read('WEHUB_WECHAT', parseOneOf('sandbox', 'live'), 'sandbox'),
    apiUrl: read('WEHUB_WECHAT_API_URL', parseHttpUrl, null),
    openUrl: read('WEHUB_WECHAT_OPEN_URL', parseHttpUrl, null),
    payUrl: read('WEHUB_WECHAT_PAY_URL', parseHttpUrl, null),
    sandboxPort: read('WEHUB_SANDBOX_PORT', parsePort, 9002),
    trustedProxies: read('WEHUB_TRUSTED_PROXIES', parseNetworks, []),
    webhookAllow: read('WEHUB_WEBHOOK_ALLOW', parseTargetRules, []),
    keyBackupMs: read('WEHUB_KEY_BACKUP_DAYS', parseDays, 30 * dayMs),
    retentionTimes: {
      messagesMs: read('WEHUB_RETENTION_MESSAGES_DAYS', parseDays, 180 * dayMs),
      unsubscribedMs: read('WEHUB_RETENTION_UNSUBSCRIBED_DAYS', parseDays, 365 * dayMs),
    },
    logLevel: read('WEHUB_LOG_LEVEL', parseOneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'), 'info'),
    logRequests: read('WEHUB_LOG_REQUESTS', parseFlag, false),
  }
  const allowBind = read('WEHUB_SANDBOX_ALLOW_BIND', parseFlag, false)
  problems.push(...(config.mode === 'live' ? liveProblems(config, env) : sandboxProblems(config, allowBind)))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Names that start with WEHUB_ and mean nothing: most likely misspelt. */
export function unknownSettings(env: Environment): string[] {
  return Object.keys(env).filter((name) => name.startsWith('WEHUB_') && !knownNames.has(name))
}

function liveProblems(config: Config, env: Environment): string[] {
  const problems: string[] = []
  const urlIsUnread = config.publicUrl === null && !env.WEHUB_PUBLIC_URL?.trim()
  if (urlIsUnread) problems.push('WEHUB_PUBLIC_URL is required in live mode')
  if (config.publicUrl?.startsWith('http:')) problems.push('WEHUB_PUBLIC_URL must be https in live mode')
  if (config.masterKeys === null && !env.WEHUB_MASTER_KEYS?.trim()) {
    problems.push('WEHUB_MASTER_KEYS is required in live mode (make one: openssl rand -base64 32)')
  }
  const upstream = {
    WEHUB_WECHAT_API_URL: config.apiUrl,
    WEHUB_WECHAT_OPEN_URL: config.openUrl,
    WEHUB_WECHAT_PAY_URL: config.payUrl,
  }
  for (const [name, url] of Object.entries(upstream)) {
    if (url?.startsWith('http:') && !isLoopbackHost(new URL(url).hostname)) {
      problems.push(`${name} must be https in live mode, but on this machine itself`)
    }
  }
  return problems
}

function sandboxProblems(config: Config, allowBind: boolean): string[] {
  if (allowBind) return []
  const problems: string[] = []
  const remedy = 'set WEHUB_SANDBOX_ALLOW_BIND=1 if only a closed network can reach it'
  if (!isLoopbackHost(config.host)) {
    problems.push(`WEHUB_HOST is a public address: anybody can log in to the sandbox (${remedy})`)
  }
  if (config.publicUrl !== null && !isLoopbackHost(new URL(config.publicUrl).hostname)) {
    problems.push(`WEHUB_PUBLIC_URL is public: anybody can log in to the sandbox (${remedy})`)
  }
  return problems
}

function parseDatabaseUrl(text: string): DatabaseLocation {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length)
    if (path === '') throw new Error('names no file after sqlite:')
    return { engine: 'sqlite', path: resolve(path) }
  }
  const url = URL.parse(text)
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error('is neither sqlite:<path> nor postgres://…')
  }
  return { engine: 'postgres', url: new Secret(text) }
}

function parseAdminKey(text: string): Secret {
  if (!text.startsWith('whk_')) throw new Error('must start with whk_')
  if (!/^[\w.~+/=-]{32,256}$/.test(text))
    throw new Error('must have 32 to 256 characters, none of them blank')
  return new Secret(text)
}

const knownNames = new Set([...settings.map(({ name }) => name), ...otherNames])
