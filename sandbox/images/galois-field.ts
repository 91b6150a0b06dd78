/** Arithmetic of QR codes: the field of 256 elements with the polynomial 0x11d. */
const exponents = new Uint8Array(510)
const logarithms = new Uint8Array(256)
for (let power = 0, value = 1; power < 255; power += 1) {
  exponents[power] = value
  exponents[power + 255] = value
  logarithms[value] = power
  value = value < 128 ? value << 1 : (value << 1) ^ 0x11d
}

export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (exponents[at(logarithms, a) + at(logarithms, b)] ?? 0)
}

/** The Reed-Solomon check bytes of a block. */
export function createCheckBytes(data: Uint8Array, count: number): Uint8Array {
  const generator = createGenerator(count)
  const check = new Uint8Array(count)
  for (const byte of data) {
    const factor = byte ^ at(check, 0)
    check.copyWithin(0, 1)
    check[count - 1] = 0
    for (let index = 0; index < count; index += 1) {
      check[index] = at(check, index) ^ multiply(at(generator, index), factor)
    }
  }
  return check
}

/** The product of (x - 2^i) for i below the degree, without its leading 1, highest power first. */
function createGenerator(degree: number): Uint8Array {
  const generator = new Uint8Array(degree)
  generator[degree - 1] = 1
  for (let power = 0; power < degree; power += 1) {
    for (let index = 0; index < degree; index += 1) {
      const next = index + 1 < degree ? at(generator, index + 1) : 0
      generator[index] = multiply(at(generator, index), exponents[power] ?? 0) ^ next
    }
  }
  return generator
}

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0
