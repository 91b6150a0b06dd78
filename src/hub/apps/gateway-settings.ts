import type { Secret } from '../../secret.ts'
import { HubError } from '../errors.ts'
import type { AppGateway, GatewayMode } from './app.ts'

/** What is not given stays as it is stored. */
export type GatewayInput = {
  mode: GatewayMode
  token?: Secret | undefined
  encodingAesKey?: Secret | undefined
}

/** The settings after a change; throws bad_request where the mode lacks what it needs. */
export function changeGateway(present: AppGateway | null, input: GatewayInput): AppGateway {
  const token = input.token ?? present?.token
  if (token === undefined) throw new HubError('bad_request', 'gateway.token is missing')
  checkForm('token', token, /^[A-Za-z0-9]{3,32}$/)
  const { encodingAesKey } = input
  if (encodingAesKey !== undefined) checkForm('encodingAesKey', encodingAesKey, /^[A-Za-z0-9]{43}$/)
  const former = present?.aesKey ?? null
  const aesKey = encodingAesKey ?? former
  if (aesKey === null && input.mode !== 'plain') {
    throw new HubError('bad_request', `gateway.encodingAesKey is missing: mode ${input.mode} needs it`)
  }
  const isNewKey = former !== null && encodingAesKey !== undefined && !former.equals(encodingAesKey.reveal())
  return {
    mode: input.mode,
    token,
    aesKey,
    previousAesKey: isNewKey ? former : (present?.previousAesKey ?? null),
  }
}

function checkForm(name: string, secret: Secret, form: RegExp): void {
  if (!form.test(secret.reveal())) throw new HubError('bad_request', `gateway.${name} is malformed`)
}
