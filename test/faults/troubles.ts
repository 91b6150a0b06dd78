import type { Json } from '../sandbox/open-sandbox.ts'

type Reply = { status: number; body: Json }

/** What can go wrong at WeChat, and what the caller of each contract is told. */
export type Trouble = { title: string; fault: Json; commcn: Reply; control: Reply }

const noAnswer = {
  commcn: { status: 503, body: { code: 2, error: 'WeChat did not answer, try again' } },
  control: inControl(-1, 'error: system busy'),
}

/** For calls with an answer that cannot be used; its text is no secret. */
export function unusable(title: string, fault: Json): Trouble {
  return { title, fault, ...noAnswer }
}

export const troubles: Trouble[] = [
  unusable('a connection that is cut before the work', { drop: 'before' }),
  unusable('a connection that is cut after the work', { drop: 'after' }),
  unusable('HTTP 500 with HTML', { status: 500 }),
  unusable('HTTP 502 with HTML', { status: 502 }),
  unusable('HTTP 404 with HTML', { status: 404 }),
  unusable('HTTP 500 with JSON', { status: 500, body: '{"openid":"o"}' }),
  unusable('HTTP 302', { status: 302 }),
  unusable('HTML in place of JSON', { status: 200, body: '<html><body>maintenance</body></html>' }),
  unusable('JSON that is cut off', { body: '{"openid":"oABC","session_k' }),
  unusable('a JSON array', { body: '[{"openid":"oABC"}]' }),
  unusable('JSON null', { body: 'null' }),
  unusable('a JSON text', { body: '"ok"' }),
  unusable('an empty answer', { body: '' }),
  unusable('an errcode that is no number', { body: '{"errcode":"busy","errmsg":"come back later"}' }),
  unusable('errcode 0 and nothing else', { body: '{"errcode":0,"errmsg":"ok"}' }),
  unusable('errcode -1', { errcode: -1 }),
  limited(45_009, 'reach max api daily quota limit'),
  limited(45_011, 'api minute-quota reach limit, must slower, retry next minute'),
  appRefused(40_164, 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist'),
  appRefused(40_125, 'invalid parameter: secret'),
  appRefused(40_013, 'invalid parameter: appId'),
  refused(40_226, 'code blocked'),
  refused(99_999, 'system error'),
]

function limited(errcode: number, msg: string): Trouble {
  const body = { code: 2, error: 'WeChat is limiting calls, try again later' }
  return toTrouble(errcode, { status: 503, body }, msg)
}

function appRefused(errcode: number, msg: string): Trouble {
  return toTrouble(errcode, { status: 502, body: { code: 2, error: 'WeChat refused the app' } }, msg)
}

function refused(errcode: number, msg: string): Trouble {
  return toTrouble(errcode, { status: 400, body: { code: 1007, error: 'WeChat refused' } }, msg)
}

function toTrouble(errcode: number, commcn: Reply, msg: string): Trouble {
  return { title: `errcode ${errcode}`, fault: { errcode }, commcn, control: inControl(errcode, msg) }
}

function inControl(code: number, msg: string): Reply {
  return { status: 200, body: { code, msg, data: {}, success: false } }
}
