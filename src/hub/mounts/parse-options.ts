import { HubError } from '../errors.ts'
import { contractRules } from './contract-rules.ts'
import type { Contract, MountOptions } from './mount.ts'
import { findNetworkFault } from './network.ts'

const maxListed = 100
const maxCapacity = 1_000_000
// Sessions are kept for so long after their end.
const maxRenewableDays = 30

/** What is wrong with a value of an option; null where nothing is. */
const findFault: Record<keyof MountOptions, (value: unknown) => string | null> = {
  envelope: (value) =>
    value === 'documented' || value === 'ginrpc' ? null : 'is neither documented nor ginrpc',
  corsOrigins: (value) => findListFault(value, findOriginFault),
  trustedNetworks: (value) => findListFault(value, findNetworkFault),
  enroll: findFlagFault,
  longScenes: findFlagFault,
  revealToTrustedNetworks: findFlagFault,
  scope: (value) =>
    value === 'snsapi_base' || value === 'snsapi_userinfo'
      ? null
      : 'is neither snsapi_base nor snsapi_userinfo',
  redirectOrigins: (value) => findListFault(value, findOriginFault),
  capacity: (value) => findNumberFault(value, maxCapacity),
  renewableDays: (value) => findNumberFault(value, maxRenewableDays),
  mchid: (value) =>
    typeof value === 'string' && /^\d{8,32}$/.test(value) ? null : 'is no text of 8 to 32 digits',
  welcomeText: findWelcomeFault,
}

/** Checks the options of a mount. Throws bad_request naming the option: one the contract lacks, a bad value. */
export function parseMountOptions(contract: Contract, given: unknown): MountOptions {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object' || Array.isArray(given)) throw bad('options are no object')
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  for (const [name, value] of entries) {
    const option = contractRules[contract].options.find((known) => known === name)
    if (option === undefined) throw bad(`${contract} has no option ${JSON.stringify(name.slice(0, 64))}`)
    const fault = findFault[option](value)
    if (fault !== null) throw bad(`option ${option} ${fault}`)
  }
  return Object.fromEntries(entries) as MountOptions // each was checked above
}

function findListFault(list: unknown, findOne: (value: unknown) => string | null): string | null {
  if (!Array.isArray(list)) return 'is no list'
  if (list.length > maxListed) return `has more than ${maxListed} entries`
  for (const [at, value] of list.entries()) {
    const fault = findOne(value)
    if (fault !== null) return `${fault} (entry ${at + 1})`
  }
  return null
}

/** Exactly as a browser writes it in `Origin`: no path, no trailing slash, no default port. */
function findOriginFault(value: unknown): string | null {
  const url = typeof value === 'string' ? URL.parse(value) : null
  const isOrigin =
    url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === value
  return isOrigin ? null : 'holds what is no http(s) origin'
}

function findFlagFault(value: unknown): string | null {
  return typeof value === 'boolean' ? null : 'is neither true nor false'
}

/** WeChat takes at most 2,048 bytes. */
function findWelcomeFault(value: unknown): string | null {
  const isText = typeof value === 'string' && /^[\P{Cc}\n]{1,600}$/u.test(value) && value.isWellFormed()
  return isText && Buffer.byteLength(value) <= 2000
    ? null
    : 'is no text of 1 to 600 characters, 2,000 bytes at most'
}

function findNumberFault(value: unknown, max: number): string | null {
  const isFine = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max
  return isFine ? null : `is no whole number from 0 to ${max}`
}

function bad(message: string): HubError {
  return new HubError('bad_request', message)
}
