import { MiniApp } from 'node-easywechat'

const { BENCH_UPSTREAM_URL, BENCH_APP_ID, BENCH_APP_SECRET } = process.env

export const appId = BENCH_APP_ID
export const appSecret = BENCH_APP_SECRET

export const miniApp = new MiniApp({
  app_id: appId,
  secret: appSecret,
  use_stable_access_token: true,
  http: { baseURL: BENCH_UPSTREAM_URL },
})
