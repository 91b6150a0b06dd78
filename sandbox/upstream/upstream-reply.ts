import type { Reply } from '../http/reply.ts'
import type { UpstreamError } from './upstream-error.ts'

const stableTokenAdvice =
  ', could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r'

/** Errors that the service behind the gateway raises carry a hint before the rid. */
const hinted: Record<string, readonly number[]> = {
  '/wxa/business/getuserphonenumber': [40029, 47001],
  '/wxa/business/checkencryptedmsg': [47001],
}

/** JSON is called text/plain on /sns, and has a parameter `encoding` elsewhere but at WeChat Pay. */
export function contentTypeOf(path: string): string {
  if (isPayPath(path)) return 'application/json; charset=utf-8'
  return isSns(path) ? 'text/plain' : 'application/json; encoding=utf-8'
}

export function toUpstreamReply(path: string, value: object): Reply {
  return { status: 200, contentType: contentTypeOf(path), body: toJson(path, value) }
}

export function toErrorReply(path: string, error: UpstreamError, rid: string): Reply {
  const { errcode } = error
  const errmsg = errcode === 0 ? error.message : `${toMessage(path, error)}${toSuffix(path, errcode, rid)}`
  return { status: 200, contentType: contentTypeOf(path), body: JSON.stringify({ errcode, errmsg }) }
}

function toMessage(path: string, { errcode, message }: UpstreamError): string {
  return errcode === 40001 && !isSns(path) ? message + stableTokenAdvice : message
}

function toSuffix(path: string, errcode: number, rid: string): string {
  if (isSns(path)) return `, rid: ${rid}`
  if (hinted[path]?.includes(errcode))
    return ` hint: [${rid.slice(9, 15)}re-${rid.slice(18, 24)}] rid: ${rid}`
  return ` rid: ${rid}`
}

// Session keys and image addresses arrive with escaped slashes from /sns.
function toJson(path: string, value: object): string {
  const text = JSON.stringify(value)
  return isSns(path) ? text.replaceAll('/', '\\/') : text
}

/** WeChat Pay has hosts of its own, and paths that nobody else has. */
export function isPayPath(path: string): boolean {
  return path.startsWith('/v3/')
}

function isSns(path: string): boolean {
  return path.startsWith('/sns/')
}
