/** The one app that all contenders serve. */
export const benchApp = {
  appid: 'wx00000000000bench',
  secret: 'bench-secret-0123456789abcdef012',
  kind: 'mini_program',
  name: 'Bench',
}

/** The key with which back ends call. */
export const benchKey = 'whk_bench-key-0123456789abcdefghijklmnopqrst'

/** As long as WeChat's real ones. */
export const accessToken = `99_${'bench-access-token-'.repeat(8)}`.slice(0, 136)

/** Accounts whose messages are pushed, one in each mode. */
export const gatewayApps = {
  safe: {
    appid: 'wx000000bench0safe',
    secret: 'bench-secret-safe-56789abcdef012',
    kind: 'official_account',
    name: 'Safe',
    gatewayMode: 'safe',
    token: 'BenchGatewayToken1',
    encodingAesKey: 'BenchEncodingAesKey012345678901234567890123',
  },
  plain: {
    appid: 'wx00000bench0plain',
    secret: 'bench-secret-plain-6789abcdef012',
    kind: 'official_account',
    name: 'Plain',
    gatewayMode: 'plain',
    token: 'BenchGatewayToken2',
    encodingAesKey: 'BenchEncodingAesKey112345678901234567890123',
  },
} as const
