import { createCodewords } from './qr-codewords.ts'

/** A square of modules, true for dark. */
export type Matrix = { size: number; isDark(x: number, y: number): boolean }

/** A QR code in byte mode, error correction level M, mask 0; texts up to 2331 bytes. */
export function createQrCode(text: string): Matrix {
  const { version, codewords } = createCodewords(text)
  const canvas = createCanvas(17 + 4 * version)
  drawPatterns(canvas, version)
  drawFormat(canvas)
  drawVersion(canvas, version)
  drawCodewords(canvas, codewords)
  return { size: canvas.size, isDark: canvas.isDark }
}

type Canvas = ReturnType<typeof createCanvas>

function createCanvas(size: number) {
  const dark = new Uint8Array(size * size)
  const fixed = new Uint8Array(size * size)
  return {
    size,
    isDark: (x: number, y: number): boolean => dark[y * size + x] === 1,
    isFixed: (x: number, y: number): boolean => fixed[y * size + x] === 1,
    /** A module of a pattern or field: no data goes there. */
    fix(x: number, y: number, isDark: boolean): void {
      if (x < 0 || y < 0 || x >= size || y >= size) return
      fixed[y * size + x] = 1
      dark[y * size + x] = isDark ? 1 : 0
    },
    draw(x: number, y: number, isDark: boolean): void {
      dark[y * size + x] = isDark ? 1 : 0
    },
  }
}

function drawPatterns(canvas: Canvas, version: number): void {
  const { size } = canvas
  for (let index = 0; index < size; index += 1) {
    canvas.fix(6, index, index % 2 === 0)
    canvas.fix(index, 6, index % 2 === 0)
  }
  const places = alignmentPlaces(version)
  const last = size - 7
  for (const x of places) {
    for (const y of places) {
      const onFinder = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6)
      if (!onFinder) drawRings(canvas, { x, y, radius: 2, light: [1] })
    }
  }
  for (const [x, y] of [[3, 3] as const, [size - 4, 3] as const, [3, size - 4] as const]) {
    drawRings(canvas, { x, y, radius: 4, light: [2, 4] })
  }
}

type Rings = { x: number; y: number; radius: number; light: number[] }

function drawRings(canvas: Canvas, { x, y, radius, light }: Rings): void {
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) {
      canvas.fix(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))))
    }
  }
}

function alignmentPlaces(version: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = version === 32 ? 26 : Math.ceil((4 * version + 4) / (2 * count - 2)) * 2
  const places = Array.from({ length: count - 1 }, (_, index) => 4 * version + 10 - index * step)
  return [6, ...places.reverse()]
}

/** Level M and mask 0 are five zero bits, so their check bits are zero too: only the format mask is left. */
function drawFormat(canvas: Canvas): void {
  const format = 0b101_0100_0001_0010
  const { size } = canvas
  for (let bit = 0; bit < 15; bit += 1) {
    const isDark = ((format >> bit) & 1) === 1
    const row = bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit
    const column = bit < 8 ? size - 1 - bit : bit === 8 ? 7 : 14 - bit
    canvas.fix(8, row, isDark)
    canvas.fix(column, 8, isDark)
  }
  canvas.fix(8, size - 8, true)
}

/** Six bits and twelve check bits, twice, from version 7 on. */
function drawVersion(canvas: Canvas, version: number): void {
  if (version < 7) return
  let check = version
  for (let step = 0; step < 12; step += 1) check = (check << 1) ^ ((check >> 11) * 0x1f25)
  const bits = (version << 12) | check
  for (let bit = 0; bit < 18; bit += 1) {
    const isDark = ((bits >> bit) & 1) === 1
    const near = Math.floor(bit / 3)
    const far = canvas.size - 11 + (bit % 3)
    canvas.fix(near, far, isDark)
    canvas.fix(far, near, isDark)
  }
}

/** Two columns at a time from the right, up and down in turn; column 6 belongs to the timing pattern. */
function drawCodewords(canvas: Canvas, codewords: Uint8Array): void {
  const { size } = canvas
  let bit = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    const upward = ((right + 1) & 2) === 0
    for (let step = 0; step < size; step += 1) {
      const y = upward ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (canvas.isFixed(x, y)) continue
        const isSet = (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
        canvas.draw(x, y, isSet !== ((x + y) % 2 === 0))
        bit += 1
      }
    }
  }
}
