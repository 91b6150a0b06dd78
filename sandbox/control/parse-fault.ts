import { tamperings } from '../pay/signed-headers.ts'
import type { FaultScript } from '../trouble/fault-store.ts'
import { ControlError } from './control-error.ts'
import { checkFieldNames, omitUndefined, readNumber, readOneOf, readText, required } from './fields.ts'

const maxDelayMs = 2 ** 31 - 1

export function parseFault(body: Record<string, unknown>): FaultScript {
  const fault = {
    path: required(readText(body, 'path', /^(\/.*|\*)$/), 'path'),
    appid: readText(body, 'appid'),
    errcode: readNumber(body, 'errcode', { min: -100_000 }),
    errmsg: readText(body, 'errmsg'),
    status: readNumber(body, 'status', { min: 200, max: 599 }),
    body: readReplyBody(body),
    latencyMs: readNumber(body, 'latencyMs', { max: maxDelayMs }),
    drop: readOneOf(body, 'drop', ['before', 'after']),
    tamper: readOneOf(body, 'tamper', tamperings),
    times: readNumber(body, 'times', { min: 1 }),
    rate: readNumber(body, 'rate', { max: 1, whole: false }),
  }
  checkFieldNames(body, Object.keys(fault))
  checkEffects(fault)
  return { ...omitUndefined(fault), path: fault.path }
}

/** JSON may be given as it is, instead of as text. */
function readReplyBody(body: Record<string, unknown>): string | undefined {
  const value = body.body
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value)
}

function checkEffects({
  path,
  errcode,
  status,
  body,
  latencyMs,
  drop,
  tamper,
}: { [K in keyof FaultScript]: unknown }): void {
  const answers = [errcode, drop, status ?? body].filter((effect) => effect !== undefined)
  if (answers.length > 1) throw new ControlError('give one of errcode, drop, or status with body')
  if (tamper !== undefined && drop !== undefined)
    throw new ControlError('there is no answer to tamper with when it is dropped')
  if (tamper !== undefined && !String(path).startsWith('/v3'))
    throw new ControlError('only answers of WeChat Pay, below /v3/, can be tampered with')
  if (answers.length === 0 && latencyMs === undefined && tamper === undefined) {
    throw new ControlError('a fault needs errcode, status, body, latencyMs, drop or tamper')
  }
}
