import { appId, appSecret, callWeChat, isAppSecret } from './app.ts'

let token = { value: '', expiresAt: 0 }
let underWay: Promise<void> | undefined

/** The token in memory, fetched once however many ask. Null for a wrong secret. */
export async function readToken(secret: string): Promise<string | null> {
  if (!isAppSecret(secret)) return null
  if (token.expiresAt <= Date.now()) {
    underWay ??= fetchToken().finally(() => {
      underWay = undefined
    })
    await underWay
  }
  return token.value
}

async function fetchToken(): Promise<void> {
  const body = { grant_type: 'client_credential', appid: appId, secret: appSecret }
  const { access_token, expires_in } = await callWeChat('/cgi-bin/stable_token', body)
  if (typeof access_token !== 'string') throw new Error('no access_token')
  token = { value: access_token, expiresAt: Date.now() + Number(expires_in) * 1000 }
}
