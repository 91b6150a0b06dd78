import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, type Environment, readConfig, unknownSettings } from './config.ts'

const key = `k1:${Buffer.alloc(32, 7).toString('base64')}`
const live = { WEHUB_WECHAT: 'live', WEHUB_PUBLIC_URL: 'https://hub.example.com', WEHUB_MASTER_KEYS: key }

test('needs no setting at all for the sandbox', () => {
  const config = readConfig({})
  deepEqual([config.mode, config.host, config.port], ['sandbox', '127.0.0.1', 9001])
  match(config.dataDir, /\/data$/)
  deepEqual(config.database, { engine: 'sqlite', path: `${config.dataDir}/wehub.db` })
})

test('reports all problems together, and never a value that may be secret', () => {
  const env = {
    WEHUB_PORT: '123456',
    WEHUB_ADMIN_KEY: 'whk_pasted-wrong',
    WEHUB_MASTER_KEYS: 'justakeywithoutanid',
    WEHUB_DATABASE_URL: 'mysql://u:hunter2@h/db',
    WEHUB_TRUSTED_PROXIES: '10.0.0.0/8,nonsense',
    WEHUB_LOG_LEVEL: 'loud',
  }
  const { problems, message } = problemsOf(env)
  for (const name of Object.keys(env))
    ok(
      problems.some((problem) => problem.startsWith(`${name} `)),
      name,
    )
  for (const secret of ['pasted', 'justakey', 'hunter2']) equal(message.includes(secret), false)
})

test('names every setting that live mode needs', () => {
  const { problems } = problemsOf({ WEHUB_WECHAT: 'live' })
  deepEqual(
    problems.map((problem) => problem.split(' ')[0]),
    ['WEHUB_PUBLIC_URL', 'WEHUB_MASTER_KEYS'],
  )
  equal(readConfig(live).mode, 'live')
})

test('keeps live traffic off http, but on this machine itself', () => {
  match(problemsOf({ ...live, WEHUB_PUBLIC_URL: 'http://hub.example.com' }).message, /must be https/)
  match(
    problemsOf({ ...live, WEHUB_WECHAT_API_URL: 'http://proxy.internal' }).message,
    /WEHUB_WECHAT_API_URL/,
  )
  equal(readConfig({ ...live, WEHUB_WECHAT_API_URL: 'http://127.0.0.1:1' }).apiUrl, 'http://127.0.0.1:1')
})

test('keeps the sandbox off public addresses unless it is allowed', () => {
  match(problemsOf({ WEHUB_HOST: '0.0.0.0' }).message, /WEHUB_SANDBOX_ALLOW_BIND/)
  match(problemsOf({ WEHUB_PUBLIC_URL: 'https://hub.example.com' }).message, /WEHUB_PUBLIC_URL/)
  equal(readConfig({ WEHUB_HOST: '0.0.0.0', WEHUB_SANDBOX_ALLOW_BIND: '1' }).host, '0.0.0.0')
})

test('takes several master keys, the first to seal with, and refuses bad lists', () => {
  const two = `${key},old:${Buffer.alloc(32, 9).toString('base64')}`
  deepEqual(
    readConfig({ WEHUB_MASTER_KEYS: two }).masterKeys?.map(({ id }) => id),
    ['k1', 'old'],
  )
  for (const bad of ['k1:short', `${key},${key}`, 'k1:', ':x', `k1:${'A'.repeat(44)}`]) {
    throws(() => readConfig({ WEHUB_MASTER_KEYS: bad }), ConfigError)
  }
})

test('spots names that are no setting', () => {
  deepEqual(unknownSettings({ WEHUB_PROT: '1', WEHUB_PORT: '1', PATH: '' }), ['WEHUB_PROT'])
})

function problemsOf(env: Environment): ConfigError {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
  }
  throw new Error('the settings were taken')
}
