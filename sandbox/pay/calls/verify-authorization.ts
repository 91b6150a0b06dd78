import type { SandboxRequest } from '../../http/request.ts'
import { toSignedMessage, verifyMessage } from '../crypto/signature.ts'
import type { Merchant } from '../merchants/merchant-store.ts'
import type { Pay } from '../pay.ts'
import type { PayErrorDetail } from '../pay-error.ts'
import { invalidRequest, PayError } from '../pay-error.ts'

const scheme = 'WECHATPAY2-SHA256-RSA2048'
const skewMs = 5 * 60_000
const names = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
const shownBytes = 160

/** Who calls, proven by the signature over the call as it arrived. The order of checks is as recorded. */
export function verifyAuthorization({ merchants, clock }: Pay, request: SandboxRequest): Merchant {
  const fields = parseAuthorization(request)
  const differenceMs = Math.abs(clock.realNow() - Number(fields.timestamp) * 1000)
  // NaN compares false with everything.
  if (!(differenceMs <= skewMs))
    throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟')
  const merchant = merchants.find(fields.mchid)
  if (merchant === null) throw signError('签名错误')
  // SDKs that read the serial out of the certificate write it in lower case.
  if (merchant.serial !== fields.serial_no.toUpperCase())
    throw signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号')
  const url = toUrl(request)
  const message = toSignedMessage(request.method, url, fields.timestamp, fields.nonce_str, request.body)
  if (verifyMessage(message, fields.signature, merchant.verifyKey)) return merchant
  throw signError('错误的签名，验签失败', {
    detail: { issue: 'sign not match' },
    field: 'signature',
    location: 'authorization',
    sign_information: {
      method: request.method,
      sign_message_length: Buffer.byteLength(message),
      truncated_sign_message: truncate(message),
      url,
    },
  })
}

export function checkHeaders({ headers }: SandboxRequest): void {
  if (!headers.accept || !headers['user-agent'])
    throw invalidRequest('Http头缺少Accept或User-Agent', 268_435_462)
  const accepted = headers.accept.toLowerCase()
  if (!/application\/(json|\*)|\*\/\*/.test(accepted))
    throw new PayError(406, 'INVALID_REQUEST', 'Http头Accept不支持application/json')
}

/** The merchant that a call claims to come from, proven or not. */
export function findClaimedMchid({ headers }: SandboxRequest): string | null {
  return /[ ,]mchid="([^"]*)"/.exec(headers.authorization ?? '')?.[1] ?? null
}

function parseAuthorization({ headers }: SandboxRequest) {
  const [type = '', ...rest] = (headers.authorization ?? '').split(' ')
  if (type !== '' && rest.length > 0 && type !== scheme) throw signError('Http头Authorization认证类型不正确')
  const given = new Map<string, string>()
  for (const part of rest.join(' ').split(',')) {
    const [, name = '', value = ''] = /^\s*(\w+)="([^"]+)"\s*$/.exec(part) ?? []
    given.set(name, value)
  }
  const missing = names.some((name) => !given.has(name))
  if (missing) throw signError('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》')
  return Object.fromEntries(given) as Record<(typeof names)[number], string>
}

function toUrl({ path, search }: SandboxRequest): string {
  return search === '' ? path : `${path}?${search}`
}

function truncate(message: string): string {
  return message.length <= shownBytes ? message : `${message.slice(0, shownBytes)}...`
}

function signError(message: string, detail?: PayErrorDetail): PayError {
  return new PayError(401, 'SIGN_ERROR', message, { ...(detail && { detail }), subCode: 268_443_699 })
}
