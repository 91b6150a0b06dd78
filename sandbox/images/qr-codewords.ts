import { createCheckBytes } from './galois-field.ts'

// Level M of the versions 1 to 40: check bytes of each block, and blocks.
const checkSizes = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
]
const blockCounts = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
  31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
]

type Layout = { version: number; blocks: number; checkSize: number; total: number; dataSize: number }

/** The bytes of a text in the order in which they are drawn, in the smallest version that holds them. */
export function createCodewords(text: string): { version: number; codewords: Uint8Array } {
  const bytes = Buffer.from(text)
  const layout = findLayout(bytes.length)
  const data = packBytes(bytes, layout)
  return { version: layout.version, codewords: interleave(data, layout) }
}

function findLayout(length: number): Layout {
  for (let version = 1; version <= 40; version += 1) {
    const layout = toLayout(version)
    if (length + lengthSize(version) + 1 <= layout.dataSize) return layout
  }
  throw new RangeError(`${length} bytes do not fit into a QR code`)
}

function toLayout(version: number): Layout {
  const blocks = blockCounts[version - 1] ?? 0
  const checkSize = checkSizes[version - 1] ?? 0
  const total = Math.floor(countDataModules(version) / 8)
  return { version, blocks, checkSize, total, dataSize: total - blocks * checkSize }
}

/** Modules that are left by the patterns and by the format and version fields. */
function countDataModules(version: number): number {
  const base = (16 * version + 128) * version + 64
  if (version < 2) return base
  const alignments = Math.floor(version / 7) + 2
  return base - (25 * alignments - 10) * alignments + 55 - (version >= 7 ? 36 : 0)
}

const lengthSize = (version: number): number => (version < 10 ? 1 : 2)

/** Mode 4 (bytes), length, bytes, four zero bits, padding; all is shifted by the four bits of the mode. */
function packBytes(bytes: Buffer, { version, dataSize }: Layout): Uint8Array {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  const content = Buffer.concat([length.subarray(2 - lengthSize(version)), bytes])
  const data = new Uint8Array(dataSize)
  data[0] = 0x40
  for (const [index, byte] of content.entries()) {
    data[index] = (data[index] ?? 0) | (byte >> 4)
    data[index + 1] = (byte & 15) << 4
  }
  for (let index = content.length + 1; index < dataSize; index += 1) {
    data[index] = (index - content.length) % 2 === 1 ? 0xec : 0x11
  }
  return data
}

/** Byte by byte from each block in turn; the last blocks may be one data byte longer. */
function interleave(data: Uint8Array, { blocks, checkSize, total, dataSize }: Layout): Uint8Array {
  const shortSize = Math.floor(dataSize / blocks)
  const shortBlocks = blocks - (dataSize % blocks)
  const parts = Array.from({ length: blocks }, (_, block) => {
    const start = block * shortSize + Math.max(0, block - shortBlocks)
    const part = data.subarray(start, start + shortSize + (block < shortBlocks ? 0 : 1))
    return { part, check: createCheckBytes(part, checkSize) }
  })
  const codewords: number[] = []
  for (let index = 0; index <= shortSize; index += 1) {
    for (const { part } of parts) if (index < part.length) codewords.push(part[index] ?? 0)
  }
  for (let index = 0; index < checkSize; index += 1) {
    for (const { check } of parts) codewords.push(check[index] ?? 0)
  }
  if (codewords.length !== total) throw new Error('the blocks of a QR code do not add up')
  return Uint8Array.from(codewords)
}
