import type { Text } from './language.ts'

/** What a number of WeChat means to an operator, and what mends it. */
export type Remedy = { cause: Text; remedy: Text }

const of = (en: string, zh: string, remedyEn: string, remedyZh: string): Remedy => ({
  cause: { en, zh },
  remedy: { en: remedyEn, zh: remedyZh },
})

const bug = (en: string, zh: string): Remedy =>
  of(en, zh, 'a fault in the calling program: report it', '调用程序的缺陷，请反馈')
const newCode = (en: string, zh: string): Remedy =>
  of(en, zh, 'ask the client for a new code (wx.login)', '让客户端重新获取 code（wx.login）')
const again = (en: string, zh: string): Remedy =>
  of(en, zh, 'the user must authorize again', '需要用户重新授权')
const giveUp = (en: string, zh: string): Remedy =>
  of(en, zh, 'nothing to mend: drop the call', '无需处理，放弃该调用')

/** Every code that a client of WeChat must know, by number. */
export const errcodeRemedies: Record<number, Remedy> = {
  [-1]: of('WeChat is busy', '微信系统繁忙', 'try again in a moment', '稍后重试'),
  40001: of(
    'the token or secret is not the current one',
    'token 或密钥不是最新',
    'if it returns: another program refreshes this token, let it ask the hub',
    '若反复出现：有其他程序在刷新 token，请改为向中控获取',
  ),
  40002: bug('invalid grant_type', 'grant_type 错误'),
  40003: giveUp('the openid is malformed or of another app', 'openid 错误或属于其他应用'),
  40013: of(
    'WeChat does not know the appId',
    '微信不认识该 appId',
    'compare the appId letter by letter with the console',
    '与公众平台逐字核对 appId',
  ),
  40014: of(
    'the access token is malformed',
    'access_token 无效',
    'the hub replaces it by itself',
    '中控会自动更换',
  ),
  40029: newCode('the code is wrong, expired or of another app', 'code 无效、过期或属于其他应用'),
  40030: again('the refresh token is invalid', 'refresh_token 无效'),
  40035: bug('invalid argument', '参数错误'),
  40037: of(
    'the template does not exist',
    '模板 ID 不存在',
    'copy the template id from the console',
    '从公众平台复制模板 ID',
  ),
  40097: bug('invalid arguments', '参数错误'),
  40125: of(
    'the secret is not the app’s',
    'AppSecret 错误',
    'wehub apps rotate-secret: bring the present secret',
    '用 wehub apps rotate-secret 录入当前密钥',
  ),
  40163: newCode('the code was used before', 'code 已被使用'),
  40164: of(
    'the hub’s address is not on the whitelist',
    '出口 IP 不在白名单',
    'add the address to the IP whitelist in the console',
    '在公众平台把该地址加入 IP 白名单',
  ),
  40226: giveUp('WeChat blocks this user as risky', '高风险用户被拦截'),
  40243: of('the secret is frozen', 'AppSecret 已冻结', 'unfreeze it in the console', '在公众平台解冻'),
  41001: bug('access_token missing', '缺少 access_token'),
  41002: bug('appid missing', '缺少 appid'),
  41003: bug('refresh_token missing', '缺少 refresh_token'),
  41004: bug('secret missing', '缺少 secret'),
  41005: bug('media data missing', '缺少多媒体数据'),
  41008: newCode('the code is missing', '缺少 code'),
  41009: bug('openid missing', '缺少 openid'),
  42001: of(
    'the access token has expired',
    'access_token 已过期',
    'the hub replaces it by itself; check the clock',
    '中控会自动更换；请检查时钟',
  ),
  42002: again('the refresh token has expired', 'refresh_token 已过期'),
  42003: newCode('the code has expired', 'code 已过期'),
  42007: again('the user changed the password', '用户修改了密码'),
  43001: bug('GET is required', '需要 GET 请求'),
  43002: bug('POST is required', '需要 POST 请求'),
  43003: bug('https is required', '需要 HTTPS'),
  43004: giveUp('the user does not follow the account', '用户未关注'),
  43104: bug('the openid does not match the appid', 'openid 与 appid 不匹配'),
  44002: bug('the body is empty', '请求体为空'),
  44991: of(
    'a minute’s quota is used up',
    '超过分钟调用限制',
    'slow down, try in the next minute',
    '降低频率，下一分钟再试',
  ),
  45002: bug('the content is too long', '内容过长'),
  45009: of(
    'the day’s quota is used up',
    '超过当日调用限额',
    'wait for tomorrow, or clear the quota in the console (10 a month)',
    '等待次日，或在公众平台清零（每月 10 次）',
  ),
  45011: of(
    'a minute’s quota is used up',
    '超过分钟调用限制',
    'slow down, try in the next minute',
    '降低频率，下一分钟再试',
  ),
  45015: giveUp('the user was silent for 48 hours', '超过 48 小时互动窗口'),
  45035: of(
    'the hub’s address is not registered',
    '调用方 IP 未登记',
    'register the address in the console',
    '在公众平台登记该地址',
  ),
  45047: giveUp('too many customer messages to this user', '客服消息条数超限'),
  47001: bug('the body is not JSON', '请求体不是 JSON'),
  48001: of(
    'the app lacks this capability',
    '应用没有该接口权限',
    'apply for the capability in the console',
    '在公众平台申请接口权限',
  ),
  48002: giveUp('the user refuses messages', '用户拒收消息'),
  48004: of(
    'the capability was taken for irregularities',
    '接口因违规被封禁',
    'see the notices in the console',
    '查看公众平台站内信',
  ),
  48006: of(
    'the ten quota resets of the month are used up',
    '本月清零次数已用完',
    'wait for the next month',
    '等待下月',
  ),
  50001: giveUp('the user did not authorize', '用户未授权'),
  50002: giveUp('the user is limited', '用户受限'),
  50004: of(
    'the token interface is forbidden',
    '禁止使用 token 接口',
    'see the notices in the console',
    '查看公众平台站内信',
  ),
  50005: giveUp('the user does not follow the account', '用户未关注'),
  50007: of('the account is frozen', '账号已冻结', 'see the notices in the console', '查看公众平台站内信'),
  61004: of(
    'the hub’s address is not registered',
    '调用方 IP 未登记',
    'register the address in the console',
    '在公众平台登记该地址',
  ),
  61007: of(
    'the third-party platform lacks this permission',
    '第三方平台没有该权限集',
    'authorize the permission set',
    '授权对应的权限集',
  ),
  61010: giveUp('the user did not visit within two hours', '用户两小时内未访问'),
  61023: again('the authorizer’s refresh token is invalid', '授权方 refresh_token 无效'),
  87007: newCode('the session key does not exist or has expired', 'session_key 不存在或已过期'),
  87008: bug('invalid sig_method', 'sig_method 错误'),
  87009: newCode('the session key’s signature is invalid', 'session_key 签名错误'),
  89503: of(
    'an administrator must confirm the call',
    '需要管理员确认',
    'ask the administrator to confirm in WeChat',
    '请管理员在微信中确认',
  ),
  89506: of(
    'an administrator refused for 24 hours',
    '管理员 24 小时内拒绝',
    'wait a day, or talk to the administrator',
    '等待 24 小时或联系管理员',
  ),
  89507: of(
    'an administrator refused for an hour',
    '管理员 1 小时内拒绝',
    'wait an hour, or talk to the administrator',
    '等待 1 小时或联系管理员',
  ),
}

/** The address that WeChat saw, from the text of a 40164. */
export function findRefusedAddress(errmsg: string): string | null {
  return /invalid ip ([0-9a-fA-F.:]+)/.exec(errmsg)?.[1] ?? null
}
