import type { Bitmap } from './bitmap.ts'
import { acTable, dcTable, toCodes, zigzag } from './jpeg-tables.ts'

// One step for all frequencies: small enough that edges stay sharp, large enough that files stay small.
const step = 16

const dcCodes = toCodes(dcTable)
const acCodes = toCodes(acTable)

// cosines[8 * u + x] of the discrete cosine transform, with its normalisation.
const cosines = Float64Array.from({ length: 64 }, (_, index) => {
  const [u, x] = [index >> 3, index & 7]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})

/** Black on white: a baseline JPEG with brightness only. */
export function encodeJpeg(bitmap: Bitmap): Buffer {
  const { width } = bitmap
  const size = Buffer.alloc(4)
  size.writeUInt16BE(width, 0)
  size.writeUInt16BE(width, 2)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    toSegment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    toSegment(0xdb, Buffer.from([0, ...zigzag.map(() => step)])),
    toSegment(0xc0, Buffer.concat([Buffer.from([8]), size, Buffer.from([1, 1, 0x11, 0])])),
    toSegment(0xc4, Buffer.concat([Buffer.from([0x00]), dcTable.counts, dcTable.symbols])),
    toSegment(0xc4, Buffer.concat([Buffer.from([0x10]), acTable.counts, acTable.symbols])),
    toSegment(0xda, Buffer.from([1, 1, 0x00, 0, 63, 0])),
    encodeBlocks(bitmap),
    Buffer.from([0xff, 0xd9]),
  ])
}

function toSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

function encodeBlocks(bitmap: Bitmap): Buffer {
  const writer = createBitWriter()
  let before = 0
  for (let top = 0; top < bitmap.width; top += 8) {
    for (let left = 0; left < bitmap.width; left += 8) {
      const block = transform(readBlock(bitmap, left, top))
      const dc = block[0] ?? 0
      writeBlock(writer, block, dc - before)
      before = dc
    }
  }
  return writer.end()
}

/** Brightness around zero; beyond the edge the image is white. */
function readBlock({ width, pixels }: Bitmap, left: number, top: number): Float64Array {
  const block = new Float64Array(64).fill(127)
  for (let index = 0; index < 64; index += 1) {
    const [x, y] = [left + (index & 7), top + (index >> 3)]
    if (x < width && y < width && pixels[y * width + x] === 1) block[index] = -128
  }
  return block
}

/** Rows, then columns; then in steps and in the order of the frequencies. */
function transform(block: Float64Array): number[] {
  if (block.every((value) => value === block[0])) return toEvenBlock(block[0] ?? 0)
  const frequencies = transformRows(transformRows(block))
  return zigzag.map((place) => Math.round((frequencies[place] ?? 0) / step))
}

function toEvenBlock(value: number): number[] {
  return zigzag.map((place) => (place === 0 ? Math.round((8 * value) / step) : 0))
}

/** Transforms the rows and turns rows into columns, so that doing it twice does both. */
function transformRows(block: Float64Array): Float64Array {
  const turned = new Float64Array(64)
  for (let row = 0; row < 8; row += 1) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0
      for (let x = 0; x < 8; x += 1) sum += (block[8 * row + x] ?? 0) * (cosines[8 * u + x] ?? 0)
      turned[8 * u + row] = sum
    }
  }
  return turned
}

/** The difference of the brightness, then each value after a run of zeros; 0xf0 is sixteen zeros, 0 the end. */
function writeBlock(writer: BitWriter, block: number[], dcChange: number): void {
  writer.writeValue(dcCodes, 0, dcChange)
  let zeros = 0
  for (const value of block.slice(1)) {
    if (value === 0) {
      zeros += 1
      continue
    }
    for (; zeros > 15; zeros -= 16) writer.writeSymbol(acCodes, 0xf0)
    writer.writeValue(acCodes, zeros, value)
    zeros = 0
  }
  if (zeros > 0) writer.writeSymbol(acCodes, 0)
}

type BitWriter = ReturnType<typeof createBitWriter>
type Codes = ReturnType<typeof toCodes>

function createBitWriter() {
  const bytes: number[] = []
  let pending = 0
  let pendingBits = 0

  function write(bits: number, length: number): void {
    pending = (pending << length) | bits
    pendingBits += length
    while (pendingBits >= 8) {
      pendingBits -= 8
      const byte = (pending >> pendingBits) & 0xff
      bytes.push(byte)
      // A marker begins with ff, so data that looks like one is followed by a zero.
      if (byte === 0xff) bytes.push(0)
    }
    pending &= (1 << pendingBits) - 1
  }

  function writeSymbol(codes: Codes, symbol: number): void {
    const code = codes.get(symbol)
    if (code === undefined) throw new Error(`no code for ${symbol}`)
    write(code.bits, code.length)
  }

  return {
    writeSymbol,
    /** Run and size as a symbol, then the value; negative ones count up from the smallest of their size. */
    writeValue(codes: Codes, zeros: number, value: number): void {
      const size = 32 - Math.clz32(Math.abs(value))
      writeSymbol(codes, (zeros << 4) | size)
      if (size > 0) write(value < 0 ? value + (1 << size) - 1 : value, size)
    },
    /** Fills the last byte with ones. */
    end(): Buffer {
      write(0x7f, 7)
      return Buffer.from(bytes)
    },
  }
}
