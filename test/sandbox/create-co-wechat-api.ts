import WechatApi from 'co-wechat-api'
import type { SandboxApp } from './open-sandbox.ts'

/** co-wechat-api keeps one address per API family, in properties whose names end in `prefix`. */
export function createCoWechatApi({ url }: { url: string }, { appid, secret }: SandboxApp) {
  const api = new WechatApi(appid, secret)
  for (const [name, value] of Object.entries(api as Record<string, unknown>)) {
    if (!/prefix$/i.test(name)) continue
    Object.assign(api, { [name]: String(value).replace(/^https?:\/\/[^/]+/, url) })
  }
  return api
}
