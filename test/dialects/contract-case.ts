import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Scope } from '../../src/hub/api-keys/scopes.ts'
import type { Contract, MountOptions } from '../../src/hub/mounts/mount.ts'
import type { Json } from '../sandbox/open-sandbox.ts'

/**
 * A file of `cases/`: one call of a contract, or what concerns all of its calls. Texts may hold `{appId}`,
 * `{token}` and the other names of `CaseNames`; `{"$repeat": ["x", 300]}` stands for a long text.
 */
export type CaseFile = {
  name: string
  /** Method and pattern as the dialect registers them. */
  routes: string[]
  /** What the cases' requests have in common. */
  request: CaseRequest
  cases: ContractCase[]
}

export type ContractCase = {
  title: string
  /** Runs on both engines. */
  main?: boolean
  given?: Given
  request?: Partial<CaseRequest>
  /** One reply, or one per envelope: the case runs once for each. */
  reply?: ExpectedReply
  replies?: Record<NonNullable<MountOptions['envelope']>, ExpectedReply>
  /** How often the request leads to a call at WeChat, by path. */
  upstreamCalls?: Record<string, number>
  /** What the hub knows of the user of `{token}` afterwards. */
  profile?: Json
}

export type Given = {
  /** A fresh app of this kind, mini_program if absent. */
  app?: 'mini_program' | 'official_account' | 'open_app'
  /** Binds a fresh official account beside it. */
  hasOfficialApp?: boolean
  isBoundToNoPlatform?: boolean
  /** The contract's default path and the sandbox's own app instead of a fresh one. */
  isDefaultMount?: boolean
  /** Options of the mount, beside the envelope. */
  options?: MountOptions
  user?: Json
  /** What the user agrees to in an official account. */
  scope?: string
  code?: 'of another app' | 'used elsewhere' | 'over'
  session?: { contract: Contract; is?: 'expired' | 'revoked' | 'of another app' }
  /** The scopes of an API key: `{key}`. */
  key?: Scope[]
  /** Requests that went before, and how long ago by the hub's clock. */
  before?: Partial<CaseRequest>[]
  laterMs?: number
  /** An order that the user paid, in fen; `{billId}`. The merchant is set up for the app. */
  bill?: { total: number; refunded?: number; isUnpaid?: true; isOfAnotherApp?: true }
  /** `{apiKey}`: for this app and refunds, if nothing else is said. */
  apiKey?: { scopes?: string[]; isOfAnotherApp?: true; refundLimitFen?: number; refundDailyLimitFen?: number }
  faults?: Json[]
  /** Takes plain pushes; `{push}` is then the signed part of their URL. */
  gateway?: true
  rules?: Json
}

export type CaseRequest = {
  method: string
  path: string
  query?: string
  headers?: Json
  /** Null: no body. */
  json?: unknown
  form?: unknown
  raw?: { type: string; text: unknown }
}

export type ExpectedReply = {
  status: number
  headers?: Json
  body?: unknown
  /** The contract says that this reply carries an app's access token. */
  carriesSecret?: boolean
}

export function readCaseFiles(contract: Contract): CaseFile[] {
  return globSync(`test/dialects/${contract}/cases/*.json`)
    .sort()
    .map((path) => ({ name: basename(path, '.json'), ...JSON.parse(readFileSync(path, 'utf8')) }))
}
