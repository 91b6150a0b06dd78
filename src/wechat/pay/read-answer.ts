import type { RawAnswer } from '../exchange.ts'
import { judgeAnswer, type PayAnswer, toPayError } from './pay-failure.ts'

/** The fields of an answer; null where WeChat had nothing to say (204). Throws what a refusal means. */
export function readAnswer(path: string, raw: RawAnswer): Record<string, unknown> | null {
  if (raw.status === 204) return null
  const fields = parseObject(raw.body)
  if (raw.status === 200 && fields !== null) return fields
  const answer = toPayAnswer(raw, fields)
  throw toPayError(path, { outcome: judgeAnswer(answer), answer })
}

export function toPayAnswer(raw: RawAnswer, fields = parseObject(raw.body)): PayAnswer {
  const requestId = raw.headers['request-id']
  const { code, message, detail = null } = fields ?? {}
  return {
    status: raw.status,
    code: typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : '',
    message: typeof message === 'string' ? message.slice(0, 1000) : '',
    detail,
    requestId: typeof requestId === 'string' ? requestId : null,
  }
}

function parseObject(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString())
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
