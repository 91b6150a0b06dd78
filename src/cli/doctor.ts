import { statSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { App } from '../hub/apps/app.ts'
import { HubError } from '../hub/errors.ts'
import type { Command, CommandContext } from './command.ts'
import { errcodeRemedies, findRefusedAddress } from './errcode-remedies.ts'
import type { Language } from './language.ts'
import { payRemedies } from './pay-remedies.ts'
import { toTime } from './table.ts'

export type Finding = { check: string; state: 'ok' | 'warn' | 'fail'; detail: string; remedy?: string }

const marks = { ok: '✓', warn: '!', fail: '✗' }
const dayMs = 24 * 60 * 60 * 1000

export const doctorCommand: Command = {
  words: 'doctor',
  usage: '',
  about: {
    en: 'checks settings, database, files, clock, and each app and merchant against WeChat',
    zh: '检查配置、数据库、文件权限、时钟，以及各应用、商户与微信的连通',
  },
  argCount: 0,
  async run(context) {
    const findings = [
      { check: 'settings', state: 'ok' as const, detail: `mode ${context.config.mode}` },
      { check: 'database', state: 'ok' as const, detail: context.config.database.engine },
      ...checkFiles(context.config),
      ...(await checkApps(context)),
      ...(await checkMerchants(context)),
    ]
    const text = findings.map(toLine).join('\n')
    return { data: findings, text, isFailed: findings.some(({ state }) => state === 'fail') }
  },
}

function toLine({ check, state, detail, remedy }: Finding): string {
  return `${marks[state]} ${check}: ${detail}${remedy === undefined ? '' : `\n    → ${remedy}`}`
}

/** Files that hold keys or sealed data are for their owner alone. */
function checkFiles({ database, masterKeys, dataDir }: Config): Finding[] {
  const files = [
    ...(masterKeys === null ? [`${dataDir}/master.key`] : []),
    ...(database.engine === 'sqlite' ? [database.path] : []),
  ]
  return files.map((file): Finding => {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode
    if (mode === undefined) return { check: 'files', state: 'warn', detail: `${file} is not there` }
    if ((mode & 0o077) === 0) return { check: 'files', state: 'ok', detail: file }
    return {
      check: 'files',
      state: 'fail',
      detail: `${file} can be read by others`,
      remedy: `chmod 600 ${file}`,
    }
  })
}

async function checkApps({ hub, language }: CommandContext): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const app of await hub.apps.list()) {
    const check = `app ${app.appId}`
    findings.push(...checkGateway(app, check, language))
    try {
      const { detail, skewMs } = await hub.diagnosis.probe(app)
      findings.push({ check, state: 'ok', detail }, ...checkClock(skewMs))
      findings.push(
        ...(await checkRotations(await hub.accessTokens.listRotations(app, 100), check, language)),
      )
    } catch (error) {
      findings.push(toFinding(check, error, language))
    }
  }
  return findings
}

async function checkMerchants({ hub, language }: CommandContext): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const merchant of await hub.merchants.list()) {
    const { detail, problem, skewMs } = await hub.diagnosis.probeMerchant(merchant)
    const state = problem === null ? 'ok' : 'fail'
    const remedy = problem === null ? undefined : payRemedies[problem]?.[language]
    const check = `merchant ${merchant.mchid}`
    findings.push({ check, state, detail, ...(remedy && { remedy }) }, ...checkClock(skewMs))
  }
  return findings
}

/** Without one nobody here is told who follows the account; an operator may want it so. */
function checkGateway({ appId, kind, gateway }: App, check: string, language: Language): Finding[] {
  if (kind !== 'official_account' || gateway !== null) return []
  const detail = {
    en: 'no message gateway is set up: followers and messages do not reach the hub',
    zh: '未设置消息推送：关注事件与消息不会到达中控',
  }
  const remedy = {
    en: `if they should: npx wehub apps set-gateway ${appId} --mode safe (docs/gateway.md)`,
    zh: `如需接收：npx wehub apps set-gateway ${appId} --mode safe（docs/gateway.zh-CN.md）`,
  }
  return [{ check, state: 'warn', detail: detail[language], remedy: remedy[language] }]
}

function checkClock(skewMs: number | null): Finding[] {
  if (skewMs === null || Math.abs(skewMs) < 60_000) return []
  const detail = `this machine is ${Math.round(skewMs / 1000)} s off WeChat's clock`
  return [{ check: 'clock', state: 'fail', detail, remedy: 'synchronise it (NTP)' }]
}

/** Tokens that were reported as failed before their time: somebody outside the hub refreshes them. */
async function checkRotations(
  rotations: { cause: string; at: number }[],
  check: string,
  language: Language,
): Promise<Finding[]> {
  const reported = rotations.filter(({ cause, at }) => cause === 'reported' && Date.now() - at < dayMs)
  if (reported.length === 0) return []
  const since = toTime(Math.min(...reported.map(({ at }) => at)))
  const detail = {
    en: `${reported.length} tokens failed before their time in the last day, since ${since}: another program refreshes them`,
    zh: `过去一天有 ${reported.length} 个 token 提前失效（自 ${since} 起）：有其他程序在刷新`,
  }
  const remedy = {
    en: 'find the program that calls /cgi-bin/stable_token with force_refresh and let it ask the hub',
    zh: '找出以 force_refresh 调用 stable_token 的程序，改为向中控获取',
  }
  return [{ check, state: 'warn', detail: detail[language], remedy: remedy[language] }]
}

function toFinding(check: string, error: unknown, language: Language): Finding {
  if (!(error instanceof HubError)) throw error
  const { upstream } = error
  const known = upstream === null ? undefined : errcodeRemedies[upstream.errcode]
  if (upstream === null || known === undefined) return { check, state: 'fail', detail: error.message }
  const address = upstream.errcode === 40164 ? findRefusedAddress(upstream.errmsg) : null
  const remedy = known.remedy[language] + (address === null ? '' : `: ${address}`)
  return { check, state: 'fail', detail: `${upstream.errcode} ${known.cause[language]}`, remedy }
}
