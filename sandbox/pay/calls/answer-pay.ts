import type { Reply } from '../../http/reply.ts'
import type { SandboxRequest } from '../../http/request.ts'
import type { Found } from '../../http/router.ts'
import { toBeijingDigits } from '../beijing-time.ts'
import type { Pay } from '../pay.ts'
import { invalidRequest, PayError } from '../pay-error.ts'
import type { PayRoute } from './pay-route.ts'
import { checkHeaders, verifyAuthorization } from './verify-authorization.ts'

type Deps = {
  pay: Pay
  find: (method: string, path: string) => Found<PayRoute> | null
  reportBug: (error: unknown) => void
}

const json = 'application/json; charset=utf-8'
const successSubCode = 0

/** What WeChat Pay says to a call, not signed yet. Unknown paths and methods are refused without a body, as recorded. */
export function answerPay({ pay, find, reportBug }: Deps, request: SandboxRequest): Reply {
  const found = find(request.method, request.path)
  if (found === null) return toEmptyReply(404)
  if (found.route === null) return toEmptyReply(405)
  try {
    checkHeaders(request)
    const merchant = verifyAuthorization(pay, request)
    checkPublicKeyId(pay, request, merchant.mchid)
    const answer = found.route.answer({ ...request, params: found.params, merchant })
    const headers = { 'Request-Id': createRequestId(pay, successSubCode) }
    if (answer === null) return { status: 204, contentType: json, body: '', headers }
    return { status: 200, contentType: json, body: JSON.stringify(answer), headers }
  } catch (error) {
    if (!(error instanceof PayError)) reportBug(error)
    const refusal =
      error instanceof PayError ? error : new PayError(500, 'SYSTEM_ERROR', '系统繁忙,请稍后重试')
    return toErrorReply(pay, refusal)
  }
}

function toErrorReply(pay: Pay, { status, code, detail, message, subCode }: PayError): Reply {
  const body = JSON.stringify({ code, ...(detail && { detail }), message })
  return { status, contentType: json, body, headers: { 'Request-Id': createRequestId(pay, subCode) } }
}

function toEmptyReply(status: number): Reply {
  return { status, contentType: 'text/plain', body: '' }
}

/** A call that asks for a key which is not this merchant's cannot be answered so that he could check it. */
function checkPublicKeyId({ merchants }: Pay, { headers }: SandboxRequest, mchid: string): void {
  const wanted = String(headers['wechatpay-serial'] ?? '')
  if (!wanted.startsWith('PUB_KEY_ID_')) return
  const owner = merchants.findByPublicKeyId(wanted)
  if (owner?.mchid !== mchid || owner.keyMode === 'certificate')
    throw invalidRequest('Http头Wechatpay-Serial中的微信支付公钥ID不正确')
}

/** Time and chance in hex, then the sub-code. */
function createRequestId({ clock, random }: Pay, subCode: number): string {
  return `08${random(14).toString('hex').toUpperCase()}${toBeijingDigits(clock.realNow()).slice(-6)}-${subCode}`
}
