const minute = 60_000
const day = 24 * 60 * minute

/** WeChat's numbers. A limit of null is no limit; what WeChat leaves open is a switch here. */
export const defaultRules = {
  codeLifetimeMs: 5 * minute,
  websiteCodeLifetimeMs: 10 * minute,
  usedCodeErrcode: 40163,

  tokenLifetimeMs: 120 * minute,
  tokenOverlapMs: 5 * minute,
  tokenDailyLimit: 2000 as number | null,
  stableRenewMs: 5 * minute,
  stableTokenMinuteLimit: 10_000 as number | null,
  stableTokenDailyLimit: 500_000 as number | null,
  forcedOverlapMs: 0,
  forcedSpacingMs: 30_000,
  forcedDailyLimit: 20 as number | null,

  sessionKeyMinMs: 0,
  sessionKeyLifetimeMs: 3 * day,
  // Only an older page names a number (100 per user), today's pages name just the error.
  loginMinuteLimit: null as number | null,
  resetSessionKeyMinuteLimit: 60_000 as number | null,

  openDataKeptMs: 3 * day,
  // Documented as the only data that can be checked.
  checkPhoneDataOnly: true,
  phoneMinuteLimit: null as number | null,

  wxacodeMinuteLimit: 5000 as number | null,
  // Of both limited calls together, for the life of the app.
  wxacodeLimit: 100_000 as number | null,
  unpublishedPageLimit: 60_000 as number | null,
  strictWxacodeWidth: true,

  oauthMinuteLimit: 50_000 as number | null,
  oauthCodeBeforeSecret: true,
  // Documented, but an SDK in wide use sends another order.
  strictAuthorizeOrder: false,
  strictState: true,
  userTokenLifetimeMs: 120 * minute,
  refreshTokenLifetimeMs: 30 * day,
  mobileRefreshTokenLifetimeMs: 180 * day,

  clearQuotaMonthlyLimit: 10 as number | null,

  pushTimeoutMs: 5000,
  pushAttempts: 3,
  // Not published.
  pushSpacingMs: 0,
  // Pushes that failed in a row, all of their attempts, until the server is left alone for a while.
  pushFailureLimit: 3 as number | null,
  markFailMs: minute,

  userInfoDailyLimit: 5_000_000 as number | null,
  customerMessageDailyLimit: 500_000 as number | null,
  // After the last thing that the user did, and how many until the next.
  customerMessageWindowMs: 2 * day,
  customerMessageLimit: 5 as number | null,

  prepayLifetimeMs: 120 * minute,
  orderLifetimeMs: 7 * day,
  // Of one payment: between two partial refunds, and how many.
  refundSpacingMs: minute,
  refundLimit: 50 as number | null,
  // 150 and 6 at WeChat; campaigns and benches send more.
  refundSecondLimit: null as number | null,
  failedRefundSecondLimit: null as number | null,
  refundSettleMs: 5 * minute,
  // Notifications wait for a control call, which may send them in any order.
  holdNotifications: false,
  // Before each so-and-so-many-th delivery goes one with a fake signature, which has to be refused; 0: never.
  signTestEvery: 100,
  // Documented, but answers to calls without a valid signature were recorded without one.
  signUnauthorized: true,
  appidMismatchStatus: 400,
  outTradeNoUsedStatus: 403,
}

export type Rules = typeof defaultRules
export type RuleName = keyof Rules

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(defaultRules, name)
}

/** Whether the value suits the rule: a switch takes a boolean, a limit may be null. */
export function isRuleValue(name: RuleName, value: unknown): boolean {
  if (typeof defaultRules[name] === 'boolean') return typeof value === 'boolean'
  if (value === null) return name.endsWith('Limit')
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return false
  return name.endsWith('Status') ? value >= 400 && value <= 599 : value >= 0
}
