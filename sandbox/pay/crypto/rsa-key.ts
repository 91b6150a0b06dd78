import type { KeyObject } from 'node:crypto'
import { createPrivateKey, generateKeyPair, generatePrime } from 'node:crypto'
import { promisify } from 'node:util'
import { secretMark } from '../../secret-mark.ts'

const exponent = 65_537n
const primeBits = 1024
/** The last byte of a prime; with it the nine bytes before stand at a base64 border of the PEM, inside one line. */
const tailBits = 8n

const generatePrimeOf = promisify(
  (bits: number, options: { add?: bigint; rem?: bigint; bigint: true }, done: PrimeDone) =>
    generatePrime(bits, options, done),
)
type PrimeDone = (error: Error | null, prime: bigint) => void

/** RSA-2048, for keys that stay in the sandbox. */
export async function createRsaKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey
}

/** RSA-2048 whose PKCS#8 PEM contains the mark of secrets: the low bytes of a prime are free to choose. */
export async function createMarkedRsaKey(): Promise<string> {
  const mark = BigInt(`0x${Buffer.from(secretMark, 'base64').toString('hex')}`)
  const add = 1n << (72n + tailBits)
  const p = await generatePrimeOf(primeBits, { add, rem: (mark << tailBits) | 1n, bigint: true })
  const q = await generatePrimeOf(primeBits, { bigint: true })
  const pem = toPem(p, q)
  // One in 256 has a shorter private exponent, which moves the mark.
  return pem?.includes(secretMark) ? pem : createMarkedRsaKey()
}

function toPem(p: bigint, q: bigint): string | null {
  if (p === q || (p - 1n) % exponent === 0n || (q - 1n) % exponent === 0n) return null
  const n = p * q
  if (n >> 2047n === 0n) return null
  const d = invert(exponent, leastCommonMultiple(p - 1n, q - 1n))
  const [dp, dq, qi] = [d % (p - 1n), d % (q - 1n), invert(q, p)]
  const numbers = Object.entries({ n, e: exponent, d, p, q, dp, dq, qi })
  const jwk = Object.fromEntries(numbers.map(([name, number]) => [name, toBase64Url(number)]))
  const key = createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' })
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function toBase64Url(number: bigint): string {
  const digits = number.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url')
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b]
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest]
  return (a / divisor) * b
}

/** x with (number · x) mod modulus = 1, by Euclid's extended algorithm. */
function invert(number: bigint, modulus: bigint): bigint {
  let [rest, nextRest] = [modulus, number % modulus]
  let [factor, nextFactor] = [0n, 1n]
  while (nextRest > 0n) {
    const quotient = rest / nextRest
    ;[rest, nextRest] = [nextRest, rest - quotient * nextRest]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return ((factor % modulus) + modulus) % modulus
}
