export type ConsentLanguage = keyof typeof consentTexts

/** What the consent page says; WeChat's own is in Chinese, the other is for those who read none. */
export const consentTexts = {
  'zh-CN': {
    ribbon: '沙箱：这不是真的微信',
    title: '微信登录',
    asks: '申请获得以下权限',
    profile: '获取你的昵称、头像',
    openid: '识别你的身份（静默授权，真机上没有这个页面）',
    website: '使用微信账号登录此网站',
    who: '谁拿着手机？',
    agree: '允许',
    choose: '继续',
    refuse: '拒绝',
    virtual: '快照页虚拟账号',
  },
  en: {
    ribbon: 'Sandbox: this is not the real WeChat',
    title: 'Log in with WeChat',
    asks: 'asks for this:',
    profile: 'your nickname and avatar',
    openid: 'to know who you are (silent: on a real phone this page is not shown)',
    website: 'to log you in to this website',
    who: 'Who is holding the phone?',
    agree: 'Allow',
    choose: 'Go on',
    refuse: 'Refuse',
    virtual: 'virtual account of a snapshot page',
  },
}

/** English only for browsers that name it and name no Chinese before it. */
export function toConsentLanguage(acceptLanguage: string): ConsentLanguage {
  const first = /\b(zh|en)\b/i.exec(acceptLanguage)?.[1]?.toLowerCase()
  return first === 'en' ? 'en' : 'zh-CN'
}

/** The texts of the official table of page errors. */
export const pageErrorTexts: Record<number, string> = {
  10003: 'redirect_uri域名与后台配置不一致',
  10004: '此公众号被封禁',
  10005: '此公众号并没有这些scope的权限',
  10006: '必须关注此测试号',
  10009: '操作太频繁了，请稍后再试',
  10010: 'scope不能为空',
  10011: 'redirect_uri不能为空',
  10012: 'appid不能为空',
  10013: 'state不能为空',
  10015: '公众号未授权第三方平台，请检查授权状态',
  10016: '不支持微信开放平台的Appid，请使用公众号Appid',
}
