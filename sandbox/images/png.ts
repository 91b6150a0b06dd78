import { crc32, deflateSync } from 'node:zlib'
import type { Bitmap } from './bitmap.ts'

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

/** Black on nothing: one bit a pixel, and the light colour of the palette is transparent. */
export function encodePng({ width, pixels }: Bitmap): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  header[8] = 1
  header[9] = 3
  return Buffer.concat([
    signature,
    toChunk('IHDR', header),
    toChunk('PLTE', Buffer.from('ffffff000000', 'hex')),
    toChunk('tRNS', Buffer.from([0])),
    toChunk('IDAT', deflateSync(toRows({ width, pixels }))),
    toChunk('IEND', Buffer.alloc(0)),
  ])
}

/** Each row begins with its filter, which is none. */
function toRows({ width, pixels }: Bitmap): Buffer {
  const stride = 1 + Math.ceil(width / 8)
  const rows = Buffer.alloc(stride * width)
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * stride + 1 + (x >> 3)
      if (pixels[y * width + x] === 1) rows[at] = (rows[at] ?? 0) | (128 >> (x & 7))
    }
  }
  return rows
}

function toChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8)
  return chunk
}
