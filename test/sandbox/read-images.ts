import { deepEqual, equal } from 'node:assert/strict'
import { crc32, inflateSync } from 'node:zlib'
import type { Grid } from './read-qr-code.ts'

/** A PNG with two colours, of which the light one is transparent. */
export function readPng(image: Buffer): Grid {
  equal(image.subarray(0, 8).toString('hex'), '89504e470d0a1a0a')
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < image.length; ) {
    const end = at + 8 + image.readUInt32BE(at)
    equal(image.readUInt32BE(end), crc32(image.subarray(at + 4, end)))
    chunks.set(image.toString('latin1', at + 4, at + 8), image.subarray(at + 8, end))
    at = end + 4
  }
  deepEqual([...chunks.keys()], ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
  deepEqual([...(chunks.get('tRNS') ?? [])], [0])
  const header = chunks.get('IHDR') ?? Buffer.alloc(8)
  const width = header.readUInt32BE(0)
  equal(header.readUInt32BE(4), width)
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  const stride = 1 + Math.ceil(width / 8)
  equal(rows.length, stride * width)
  return { width, isDark: (x, y) => (((rows[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1 }
}

type Codes = Map<string, number>

/**
 * A grey baseline JPEG, of which only the mean of each 8 by 8 block is looked at: pixels of the grid are
 * blocks.
 */
export function readJpeg(image: Buffer): Grid & { pixelWidth: number } {
  equal(image.subarray(0, 2).toString('hex'), 'ffd8')
  equal(image.subarray(-2).toString('hex'), 'ffd9')
  const tables = new Map<number, Codes>()
  let step = 0
  let pixelWidth = 0
  let at = 2
  for (; image[at + 1] !== 0xda; at += 2 + image.readUInt16BE(at + 2)) {
    const data = image.subarray(at + 4, at + 2 + image.readUInt16BE(at + 2))
    if (image[at + 1] === 0xdb) step = data[1] ?? 0
    if (image[at + 1] === 0xc4) tables.set(data[0] ?? 0, readTable(data.subarray(1)))
    if (image[at + 1] === 0xc0) {
      pixelWidth = data.readUInt16BE(3)
      deepEqual([data[0], data.readUInt16BE(1), data[5]], [8, pixelWidth, 1])
    }
  }
  const means = readMeans(image.subarray(at + 2 + image.readUInt16BE(at + 2), -2), tables)
  const width = Math.ceil(pixelWidth / 8)
  equal(means.length, width * width)
  return { pixelWidth, width, isDark: (x, y) => ((means[y * width + x] ?? 0) * step) / 8 < 0 }
}

function readTable(data: Buffer): Codes {
  const codes: Codes = new Map()
  let code = 0
  let next = 16
  for (let length = 1; length <= 16; length += 1, code *= 2) {
    for (let count = data[length - 1] ?? 0; count > 0; count -= 1, code += 1, next += 1)
      codes.set(code.toString(2).padStart(length, '0'), data[next] ?? 0)
  }
  return codes
}

/** The first value of each block is a difference to the block before, the other 63 are passed over. */
function readMeans(data: Buffer, tables: Map<number, Codes>): number[] {
  const bytes = Buffer.from(
    data.toString('hex').replace(/(..)/g, '$1 ').replaceAll('ff 00', 'ff').replaceAll(' ', ''),
    'hex',
  )
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let at = 0

  function readSymbol(table: number): number {
    for (let end = at + 1; end <= at + 16; end += 1) {
      const symbol = tables.get(table)?.get(bits.slice(at, end))
      if (symbol === undefined) continue
      at = end
      return symbol
    }
    throw new Error(`no code at bit ${at}`)
  }

  function readValue(size: number): number {
    const text = bits.slice(at, at + size)
    at += size
    const value = Number.parseInt(text || '0', 2)
    return text.startsWith('0') ? value - 2 ** size + 1 : value
  }

  const means: number[] = []
  while (bits.length - at >= 8 || bits.slice(at).includes('0')) {
    means.push((means.at(-1) ?? 0) + readValue(readSymbol(0)))
    for (let index = 1; index < 64; index += 1) {
      const symbol = readSymbol(0x10)
      if (symbol === 0) break
      index += symbol >> 4
      readValue(symbol & 15)
    }
  }
  return means
}
