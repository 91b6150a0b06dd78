export type WebScope = 'snsapi_base' | 'snsapi_userinfo'

type Question = { appId: string; callbackUrl: string; scope: WebScope; state: string }

/** WeChat's consent page. It looks at the order of the parameters and wants the fragment. */
export function toAuthorizeUrl(openUrl: string, { appId, callbackUrl, scope, state }: Question): string {
  const parameters = [
    ['appid', appId],
    ['redirect_uri', callbackUrl],
    ['response_type', 'code'],
    ['scope', scope],
    ['state', state],
  ] as const
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${openUrl.replace(/\/+$/, '')}/connect/oauth2/authorize?${query}#wechat_redirect`
}
