/** The sample Huffman tables of the JPEG standard for brightness: codes of each length, then symbols. */
export const dcTable = {
  counts: Buffer.from('00010501010101010100000000000000', 'hex'),
  symbols: Buffer.from('000102030405060708090a0b', 'hex'),
}

export const acTable = {
  counts: Buffer.from('0002010303020403050504040000017d', 'hex'),
  symbols: Buffer.from(
    `01020300041105122131410613516107227114328191a1082342b1c11552d1f0
     2433627282090a161718191a25262728292a3435363738393a43444546474849
     4a535455565758595a636465666768696a737475767778797a83848586878889
     8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5
     c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8
     f9fa`.replace(/\s/g, ''),
    'hex',
  ),
}

export type HuffmanTable = typeof acTable
export type HuffmanCode = { bits: number; length: number }

/** The code of each symbol: codes of one length count up, and a longer length doubles. */
export function toCodes({ counts, symbols }: HuffmanTable): Map<number, HuffmanCode> {
  const codes = new Map<number, HuffmanCode>()
  let bits = 0
  let next = 0
  for (const [index, count] of counts.entries()) {
    for (const symbol of symbols.subarray(next, next + count)) {
      codes.set(symbol, { bits, length: index + 1 })
      bits += 1
    }
    next += count
    bits <<= 1
  }
  return codes
}

/** Places in a block of 8 by 8 from low to high frequencies. */
export const zigzag: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]
