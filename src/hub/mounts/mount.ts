export const contracts = ['commcn', 'shares', 'control', 'boilerplate', 'buyer'] as const

/** Whose clients know servers to whom capitals in a path make no difference; paths of mounts have none. */
export const caselessContracts: ReadonlySet<string> = new Set(['buyer'])

export type Contract = (typeof contracts)[number]

export type MountOptions = {
  /** `documented`: what the contract's document shows. `ginrpc`: what its first implementation sent. */
  envelope?: 'documented' | 'ginrpc'
  /** Shows phone numbers in plain to callers from the trusted networks; each time is noted. */
  revealToTrustedNetworks?: boolean
  /** Networks (CIDR) whose callers need no key for server-to-server calls. */
  trustedNetworks?: string[]
  /** Takes apps that callers from the trusted networks bring with their secret, if WeChat knows the pair. */
  enroll?: boolean
  /** Takes scenes that are too long for a mini-program code: they are stored, and a short one goes into the code. */
  longScenes?: boolean
  /** Origins whose pages may call. */
  corsOrigins?: string[]
  /** What a web login asks of the user: `snsapi_userinfo` if absent; `snsapi_base` is silent and tells the openId only. */
  scope?: 'snsapi_base' | 'snsapi_userinfo'
  /** Origins beside ours whose pages a web login may return to. */
  redirectOrigins?: string[]
  /** The setting `capacity` of a new user. */
  capacity?: number
  /** For how many days after its end a session can still be renewed. */
  renewableDays?: number
  /** Which of the app's merchants pays its refunds; needed where it has several. */
  mchid?: string
  /** What a new follower of the official account is answered. */
  welcomeText?: string
}

/**
 * A contract bound to one app, and so to one tenant, under a base path. `control` is bound to none,
 * `boilerplate` to a mini program and, where it has one, an official account.
 */
export type Mount = {
  id: number
  contract: Contract
  path: string
  appId: string | null
  officialAppId: string | null
  options: MountOptions
}
