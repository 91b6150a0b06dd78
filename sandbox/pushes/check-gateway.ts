import type { App } from '../apps/app-store.ts'
import type { World } from '../world.ts'
import { callServer } from './call-server.ts'
import { addQuery, toGatewaySettings } from './gateway-settings.ts'
import { sign } from './sign.ts'

export type GatewayCheck = { status: number | null; body: string; ok: boolean; failure: string | null }

/** The GET that WeChat sends before it accepts a URL: the answer must be echostr and nothing else. */
export async function checkGateway(world: World, app: App): Promise<GatewayCheck> {
  const settings = toGatewaySettings(app)
  const none = { status: null, body: '', ok: false }
  if (settings === null) return { ...none, failure: 'the app has no gatewayUrl' }
  const { clock, random, rules, pushes } = world
  const timestamp = String(Math.floor(clock.realNow() / 1000))
  const nonce = String(random(4).readUInt32BE())
  const echostr = String(random(8).readBigUInt64BE() >> 1n)
  const signature = sign(settings.token, timestamp, nonce)
  const url = addQuery(settings.url, { signature, echostr, timestamp, nonce })
  const limits = { timeoutMs: rules.pushTimeoutMs, signal: pushes.stopped }
  const answer = await callServer({ method: 'GET', url }, limits)
  if ('failure' in answer) return { ...none, failure: answer.failure }
  const ok = answer.status === 200 && answer.body === echostr
  return { ...answer, ok, failure: ok ? null : 'the answer is not echostr with status 200' }
}
