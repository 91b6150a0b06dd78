/** DER, as much as a certificate needs (X.690). */

function wrap(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), toLength(content.length), content])
}

function toLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

export const derSequence = (...parts: Buffer[]): Buffer => wrap(0x30, ...parts)
export const derSet = (...parts: Buffer[]): Buffer => wrap(0x31, ...parts)
export const derNull = (): Buffer => wrap(0x05)
export const derText = (text: string): Buffer => wrap(0x0c, Buffer.from(text))
export const derBits = (bytes: Buffer): Buffer => wrap(0x03, Buffer.from([0]), bytes)
export const derTagged = (number: number, part: Buffer): Buffer => wrap(0xa0 | number, part)

/** A whole number that is not negative, big-endian. */
export function derInteger(bytes: Buffer): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0
  return wrap(0x02, isNegative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export function derObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return wrap(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(toBase128)]))
}

/** With two digits of the year up to 2049, with four after that (RFC 5280). */
export function derTime(at: number): Buffer {
  const text = `${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  return text < '2050' ? wrap(0x17, Buffer.from(text.slice(2))) : wrap(0x18, Buffer.from(text))
}

function toBase128(number: number): number[] {
  const bytes = [number & 0x7f]
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f))
  return bytes
}
