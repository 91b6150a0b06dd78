import { type KeyObject, X509Certificate } from 'node:crypto'
import type { Secret } from '../../secret.ts'
import type { RawAnswer } from '../exchange.ts'
import { DoubtError } from './doubt-error.ts'
import { toPayError } from './pay-failure.ts'
import { readAnswer } from './read-answer.ts'
import { decryptResource, findResource } from './resource.ts'
import { verifySigned } from './verify-signed.ts'

export const certificatesPath = '/v3/certificates'

type Known = { certificates: ReadonlyMap<string, X509Certificate>; at: number }

type Deps = {
  apiV3Key: Secret
  /** An answer may be signed with the public key, where the merchant has both. */
  publicKey: { id: string; key: KeyObject } | null
  download: () => Promise<RawAnswer>
  now: () => number
}

export type PlatformCertificates = ReturnType<typeof createPlatformCertificates>

/** WeChat asks to look for new ones within twelve hours. */
const refreshMs = 10 * 60 * 60_000
/** Anybody can name serials that nobody has: so often they make us ask, and no more. */
const askAgainMs = 60_000
const askAgainAfterFailureMs = 5000

/** WeChat Pay's own certificates, as one merchant gets them: several are valid at once, and they change. */
export function createPlatformCertificates({ apiV3Key, publicKey, download, now }: Deps) {
  let known: Known | null = null
  let flight: Promise<void> | null = null
  let nextLookAt = Number.NEGATIVE_INFINITY
  let lastError: unknown = null

  async function look(): Promise<void> {
    nextLookAt = now() + askAgainAfterFailureMs
    try {
      await take(await download())
      lastError = null
    } catch (cause) {
      const doubt = cause instanceof DoubtError ? cause.doubt : null
      lastError = doubt === null ? cause : toPayError(certificatesPath, { outcome: 'unknown', doubt, cause })
      throw lastError
    }
  }

  async function take(answer: RawAnswer): Promise<void> {
    const certificates = parseCertificates(answer, apiV3Key)
    // The answer is signed with one of the certificates inside, which only who has the APIv3 key can have put there.
    const findKey = (serial: string) =>
      serial === publicKey?.id ? publicKey.key : findValid(certificates, serial, now())
    await verifySigned(answer, { findKey, now: now() })
    // Older ones are not taken over: what WeChat lists no more signs nothing any more.
    known = { certificates, at: now() }
    nextLookAt = now() + askAgainMs
  }

  function refresh(): Promise<void> {
    flight ??= look().finally(() => {
      flight = null
    })
    return flight
  }

  return {
    /** Throws what the download threw. */
    refresh,

    /** The key of a serial, downloaded if need be; null: WeChat knows no such certificate. Throws like `refresh`. */
    async findKey(serial: string): Promise<KeyObject | null> {
      const key = known === null ? null : findValid(known.certificates, serial, now())
      if (key !== null) {
        // Nobody waits for it, and nothing is lost if it fails: the next one to ask tries again.
        if (known !== null && now() - known.at > refreshMs && now() >= nextLookAt)
          refresh().catch(() => undefined)
        return key
      }
      if (flight === null && now() < nextLookAt) {
        if (lastError !== null) throw lastError
        return null
      }
      await refresh()
      return known === null ? null : findValid(known.certificates, serial, now())
    },
  }
}

function findValid(certificates: ReadonlyMap<string, X509Certificate>, serial: string, now: number) {
  const certificate = certificates.get(serial.toUpperCase())
  if (certificate === undefined) return null
  const isValid = Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo)
  return isValid ? certificate.publicKey : null
}

function parseCertificates(answer: RawAnswer, apiV3Key: Secret): Map<string, X509Certificate> {
  const fields = readAnswer(certificatesPath, answer)
  const list = Array.isArray(fields?.data) ? fields.data : []
  return new Map(
    list.map((one) => parseCertificate(one, apiV3Key)).map((found) => [found.serialNumber, found]),
  )
}

function parseCertificate(listed: unknown, apiV3Key: Secret): X509Certificate {
  const { serial_no: serial, encrypt_certificate: encrypted } = Object(listed) as Record<string, unknown>
  const resource = findResource(encrypted)
  if (resource === null) throw toPayError(certificatesPath, { outcome: 'unknown' })
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(decryptResource(apiV3Key, resource))
  } catch (cause) {
    // An operator's mistake far more often than an attack: the APIv3 key is not the merchant's.
    throw new DoubtError('undecryptable', { cause })
  }
  if (certificate.serialNumber !== serial) throw new DoubtError('forged')
  return certificate
}
