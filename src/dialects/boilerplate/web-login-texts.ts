import type { Language } from '../../http/language.ts'
import type { ErrorCode } from '../../hub/errors.ts'

export const indexTexts = {
  zh: {
    invitation: '使用微信登录，继续访问',
    refused: '你没有同意登录。需要时可以重新登录。',
    logIn: '微信登录',
    loggedIn: '已登录',
    nobody: '微信用户',
    account: '公众号',
    id: '用户编号',
    logOut: '退出登录',
    startAgain: '重新登录',
    code: '错误码',
  },
  en: {
    invitation: 'Log in with WeChat to continue',
    refused: 'You did not agree to log in. You can start again whenever you like.',
    logIn: 'Log in with WeChat',
    loggedIn: 'You are logged in',
    nobody: 'WeChat user',
    account: 'Official account',
    id: 'User number',
    logOut: 'Log out',
    startAgain: 'Start again',
    code: 'Error code',
  },
} as const satisfies Record<Language, Record<string, string>>

/** `isFinal`: to start again would not help. */
type ErrorText = { title: string; text: string; isFinal?: true }
type Topic = 'link' | 'snapshot' | 'code' | 'wechat' | 'often' | 'setup' | 'missing' | 'forbidden' | 'ours'

const topics: Partial<Record<ErrorCode, Topic>> = {
  bad_request: 'link',
  snapshot_user: 'snapshot',
  code_refused: 'code',
  upstream_unavailable: 'wechat',
  upstream_limited: 'wechat',
  too_many_requests: 'often',
  app_misconfigured: 'setup',
  upstream_refused: 'setup',
  app_unknown: 'missing',
  app_wrong_kind: 'missing',
  forbidden: 'forbidden',
}

const texts: Record<Language, Record<Topic, ErrorText>> = {
  zh: {
    link: {
      title: '登录链接已失效',
      text: '链接可能已经用过、已过期，或是在另一个浏览器中打开的。请重新登录。',
    },
    snapshot: {
      title: '请打开完整页面',
      text: '微信以快照方式打开了本页，没有真实用户登录。请点击页面底部的“使用完整服务”，再重新登录。',
    },
    code: { title: '登录没有成功', text: '微信没有接受这次登录，授权可能已经用过或已过期。请重新登录。' },
    wechat: { title: '微信暂时没有响应', text: '你的操作没有问题。请稍等片刻，再重新登录。' },
    often: { title: '操作太频繁', text: '失败的登录太多。请一分钟后再试。' },
    setup: { title: '暂时无法登录', text: '微信拒绝了本公众号的请求。请把下面的错误码告诉管理员。' },
    missing: { title: '这里没有公众号', text: '管理员还没有为此地址设置公众号。', isFinal: true },
    forbidden: { title: '操作被拒绝', text: '这个请求来自另一个网站，没有执行任何操作。', isFinal: true },
    ours: { title: '服务暂时出错', text: '请稍后再试。如果一直如此，请把下面的错误码告诉管理员。' },
  },
  en: {
    link: {
      title: 'This login link is over',
      text: 'It was used before, is too old, or was opened in another browser. Please start again.',
    },
    snapshot: {
      title: 'Please open the whole page',
      text: 'WeChat showed this page as a snapshot, and nobody really logged in. Tap “Use full service” at the bottom of the page, then log in again.',
    },
    code: {
      title: 'The login did not work',
      text: 'WeChat did not accept this login: it was used before, or is too old. Please start again.',
    },
    wechat: {
      title: 'WeChat is not answering',
      text: 'You did nothing wrong. Wait a moment, then start again.',
    },
    often: {
      title: 'Too many attempts',
      text: 'There were too many failed logins. Please try again in a minute.',
    },
    setup: {
      title: 'Login is out of order',
      text: 'WeChat refused this official account. Please tell the operator the code below.',
    },
    missing: {
      title: 'No official account here',
      text: 'The operator has not set one up for this address.',
      isFinal: true,
    },
    forbidden: {
      title: 'Not allowed',
      text: 'The request came from another site. Nothing was done.',
      isFinal: true,
    },
    ours: {
      title: 'Something went wrong',
      text: 'Please try again later. If it stays like this, tell the operator the code below.',
    },
  },
}

export const errorTexts: Record<Language, (code: ErrorCode) => ErrorText> = {
  zh: (code) => texts.zh[topics[code] ?? 'ours'],
  en: (code) => texts.en[topics[code] ?? 'ours'],
}
