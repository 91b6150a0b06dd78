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
