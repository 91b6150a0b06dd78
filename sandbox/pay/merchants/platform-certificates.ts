import type { KeyObject } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { RandomBytes } from '../../random-bytes.ts'
import { createCertificate } from '../crypto/certificate.ts'
import { createRsaKey } from '../crypto/rsa-key.ts'
import { readDemoKey } from './demo-merchant.ts'

const year = 365 * 86_400_000

export type PlatformCertificate = {
  serial: string
  privateKey: KeyObject
  certificate: string
  effectiveAt: number
  expiresAt: number
}

export type PlatformCertificates = ReturnType<typeof createPlatformCertificates>

/** WeChat Pay's own certificates, newest first. One of them signs; others may still be valid. */
export function createPlatformCertificates({ clock, random }: { clock: Clock; random: RandomBytes }) {
  let listed = [create('7132D72A03E93CDDF8C03BBD1F37EEDF0A6C51B8', createPrivateKey(readDemoKey('platform')))]
  let signer = listed[0] as PlatformCertificate

  function create(serial: string, privateKey: KeyObject): PlatformCertificate {
    const effectiveAt = clock.now() - year
    const times = { effectiveAt, expiresAt: effectiveAt + 5 * year }
    const certificate = createCertificate({ privateKey, serial, commonName: 'Sandbox Pay', ...times })
    return { serial, privateKey, certificate, ...times }
  }

  return {
    list: (): readonly PlatformCertificate[] => listed,
    getSigner: (): PlatformCertificate => signer,
    /** Adds a new certificate. `sign`: it signs from now on. `retire`: the older ones are listed no more. */
    async rotate({ sign, retire }: { sign: boolean; retire: boolean }): Promise<PlatformCertificate> {
      const bytes = random(20)
      bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
      const created = create(bytes.toString('hex').toUpperCase(), await createRsaKey())
      listed = retire ? [created] : [created, ...listed]
      if (sign || retire) signer = created
      return created
    },
  }
}
