import { NotSentError, type RawAnswer } from '../exchange.ts'
import type { CallObserver, Timeouts } from '../upstream.ts'
import { DoubtError } from './doubt-error.ts'
import type { MerchantCredential } from './merchant-credential.ts'
import { createKeyring, type MerchantKeys, type SigningKeys } from './merchant-keys.ts'
import { findPayFailure, toPayError } from './pay-failure.ts'
import { createPaySender, type PayRequest } from './pay-sender.ts'
import { certificatesPath } from './platform-certificates.ts'
import { readAnswer, toPayAnswer } from './read-answer.ts'
import { signMessage } from './signature.ts'
import { type SignedContent, verifySigned } from './verify-signed.ts'

/** `name` is the path without numbers, for metrics and messages; `path` has them and its query. */
export type PayCall = {
  method: 'GET' | 'POST'
  name: string
  path: string
  body?: object
  /** Changes nothing: it is sent once more where the outcome is unknown. */
  isQuery?: boolean
}

export type PayChannelOptions = {
  /** The first host, and those that are asked where it cannot be reached. */
  urls: readonly string[]
  onCall: CallObserver
  timeouts: Timeouts
  /** Dates signatures: real time. */
  now: () => number
}

export type PayChannel = ReturnType<typeof createPayChannel>

/** Signed calls whose answers are verified before a word of them is believed. */
export function createPayChannel({ urls, onCall, timeouts, now }: PayChannelOptions) {
  const sender = createPaySender({ urls, timeouts, now })
  const keyring = createKeyring({ download: downloadCertificates, now })

  function downloadCertificates(keys: SigningKeys): Promise<RawAnswer> {
    return observed(certificatesPath, () =>
      send(keys, certificatesPath, { method: 'GET', path: certificatesPath, body: '' }),
    )
  }

  async function send(keys: SigningKeys, name: string, request: PayRequest): Promise<RawAnswer> {
    try {
      return await sender.send(keys, request)
    } catch (error) {
      throw toPayError(name, { outcome: error instanceof NotSentError ? 'unsent' : 'unknown', cause: error })
    }
  }

  async function attempt(keys: MerchantKeys, { method, name, path, body }: PayCall) {
    const text = body === undefined ? '' : JSON.stringify(body)
    const raw = await send(keys, name, { method, path, body: text })
    try {
      await verifySigned(raw, { findKey: keys.findKey, now: now() })
    } catch (error) {
      // Whatever it says, anybody between us and WeChat can have said it.
      const doubt =
        error instanceof DoubtError ? error.doubt : (findPayFailure(error)?.doubt ?? 'unknown_serial')
      throw toPayError(name, { outcome: 'unknown', answer: toPayAnswer(raw), doubt, cause: error })
    }
    return readAnswer(name, raw)
  }

  async function observed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    let outcome = '0'
    try {
      return await work()
    } catch (error) {
      outcome = describeFailure(error)
      throw error
    } finally {
      onCall({ path: name, outcome, durationMs: performance.now() - startedAt })
    }
  }

  return {
    /** The fields of a verified answer, null for 204. Throws HubErrors whose cause is a PayFailure. */
    async call(merchant: MerchantCredential, call: PayCall): Promise<Record<string, unknown> | null> {
      const keys = keyring.get(merchant)
      const once = () => observed(call.name, () => attempt(keys, call))
      try {
        return await once()
      } catch (error) {
        if (!call.isQuery || findPayFailure(error)?.outcome !== 'unknown') throw error
        return once()
      }
    },

    sign: (merchant: MerchantCredential, message: Buffer): Promise<string> =>
      signMessage(message, keyring.get(merchant).privateKey),

    /** Throws a DoubtError unless WeChat Pay signed this for the merchant; HubError where its keys cannot be had. */
    async verify(merchant: MerchantCredential, content: SignedContent): Promise<void> {
      await verifySigned(content, { findKey: keyring.get(merchant).findKey, now: now() })
    },

    /** Fetches the platform certificates now. */
    refreshCertificates: (merchant: MerchantCredential) => keyring.get(merchant).certificates.refresh(),

    skewMs: sender.skewMs,
    close: sender.close,
  }
}

function describeFailure(error: unknown): string {
  const failure = findPayFailure(error)
  if (failure === null) return 'unreadable'
  const { outcome, answer, doubt } = failure
  if (doubt !== null) return doubt
  if (answer === null) return outcome === 'unsent' ? 'unreachable' : 'no_answer'
  return answer.code === '' ? 'unreadable' : answer.code
}
