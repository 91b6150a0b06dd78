import { secretMark } from '../secret-mark.ts'
import type { App } from './app-store.ts'

export const demoOpenPlatform = 'demo'

const shared = { openPlatform: demoOpenPlatform, ipWhitelist: null, oauthDomain: null }

/** The same after each start. */
export const demoApps: readonly App[] = [
  {
    appid: 'wx3f0a7c51e8d2b964',
    secret: `${secretMark}a1f08d3c6b927e4450d1`,
    kind: 'mini_program',
    name: 'Demo mini program',
    ...shared,
    gatewayMode: 'plain',
    gatewayFormat: 'json',
    token: `${secretMark}e8b06f2d91a7`,
    encodingAesKey: `${secretMark}Tz3Xk8Dn1Qb6Ws9Ly4Vg7Rc2Mf5Hp0U`,
  },
  {
    appid: 'wx8b24e6d90c7f153a',
    secret: `${secretMark}b7c35e19f4820a6d93e2`,
    kind: 'official_account',
    name: 'Demo official account',
    ...shared,
    gatewayMode: 'safe',
    token: `${secretMark}d4a90b71c6e8`,
    encodingAesKey: `${secretMark}Kq7Wv2Rb9Xn4Ht6Ym1Zc8Lp3Gs5Fj0A`,
  },
  {
    appid: 'wxd15c9a0e74b3f826',
    secret: `${secretMark}c92e60b8d71f4a35e803`,
    kind: 'open_app',
    name: 'Demo mobile and website app',
    ...shared,
  },
]
