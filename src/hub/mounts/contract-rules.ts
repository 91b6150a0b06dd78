import type { AppKind } from '../apps/app.ts'
import { HubError } from '../errors.ts'
import type { Contract, MountOptions } from './mount.ts'

export type ContractRule = {
  /** Where the contract lies unless it is mounted elsewhere. */
  path: string
  pathForm: RegExp
  /** The kinds of app that it can be for; null: it is bound to no app. */
  appKinds: readonly AppKind[] | null
  /** Whether an official account can be bound beside the app. */
  takesOfficialApp: boolean
  options: readonly (keyof MountOptions)[]
}

const apiPath = /^\/[a-z0-9][a-z0-9_-]{0,31}\/api\/v1$/

export const contractRules: Record<Contract, ContractRule> = {
  commcn: {
    path: '/commcn/api/v1',
    pathForm: apiPath,
    appKinds: ['mini_program', 'official_account'],
    takesOfficialApp: false,
    options: ['envelope', 'corsOrigins', 'trustedNetworks', 'longScenes', 'mchid'],
  },
  shares: {
    path: '/shares/api/v1',
    pathForm: apiPath,
    appKinds: ['mini_program', 'official_account'],
    takesOfficialApp: false,
    options: ['envelope', 'corsOrigins', 'trustedNetworks', 'longScenes', 'capacity', 'renewableDays'],
  },
  control: {
    path: '/wx',
    pathForm: /^\/wx$/,
    appKinds: null,
    takesOfficialApp: false,
    options: ['corsOrigins', 'trustedNetworks', 'enroll', 'longScenes'],
  },
  boilerplate: {
    path: '/boilerplate',
    pathForm: /^\/[a-z0-9][a-z0-9_-]{0,31}$/,
    appKinds: ['mini_program'],
    takesOfficialApp: true,
    options: ['corsOrigins', 'redirectOrigins', 'scope', 'welcomeText'],
  },
  buyer: {
    path: '/api/weixin/wxbuyinguser',
    pathForm: /^\/[a-z0-9][a-z0-9_-]{0,31}\/api\/weixin\/wxbuyinguser$/,
    appKinds: ['mini_program', 'official_account'],
    takesOfficialApp: false,
    options: ['corsOrigins', 'trustedNetworks', 'revealToTrustedNetworks'],
  },
}

// First segments that are not for mounts, present and planned.
const reserved = new Set([
  'api',
  'console',
  'gateway',
  'healthz',
  'metrics',
  'pay',
  'qrcodes',
  'readyz',
  'wx',
])

/** Throws bad_request for a path that the contract cannot lie at. */
export function checkPath(contract: Contract, path: string): void {
  const { pathForm, path: defaultPath } = contractRules[contract]
  if (path === defaultPath) return
  if (!pathForm.test(path)) throw new HubError('bad_request', `${contract} cannot lie at this path`)
  if (reserved.has(path.split('/')[1] ?? '')) throw new HubError('bad_request', 'the path is reserved')
}
