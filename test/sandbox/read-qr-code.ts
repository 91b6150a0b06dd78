import { deepEqual, equal } from 'node:assert/strict'

/** Pixels or modules: true for dark. */
export type Grid = { width: number; isDark(x: number, y: number): boolean }

type Layout = { alignments: number[]; blocks: number; dataSize: number }

// Level M of the versions that the tests meet, from the standard.
const layouts: Record<number, Layout> = {
  4: { alignments: [6, 26], blocks: 2, dataSize: 64 },
  5: { alignments: [6, 30], blocks: 2, dataSize: 86 },
  6: { alignments: [6, 34], blocks: 4, dataSize: 108 },
  7: { alignments: [6, 22, 38], blocks: 4, dataSize: 124 },
  8: { alignments: [6, 24, 42], blocks: 4, dataSize: 154 },
}

/** Reads a QR code that stands upright, with mask 0 and without errors: enough to know what was drawn. */
export function readQrCode(pixels: Grid): string {
  const modules = toModules(pixels)
  const version = (modules.width - 17) / 4
  const layout = layouts[version]
  if (layout === undefined) throw new Error(`version ${version} is not known here`)
  checkFinders(modules)
  equal(readFormat(modules), '101010000010010')
  const bytes = deinterleave(readCodewords(modules, version, layout), layout)
  return readText(bytes)
}

/** The seven dark modules of the first finder's upper edge give the scale. */
function toModules({ width, isDark }: Grid): Grid {
  let margin = 0
  while (!isDark(margin, margin)) margin += 1
  let end = margin
  while (isDark(end, margin)) end += 1
  const scale = (end - margin) / 7
  let far = width - 1
  while (!isDark(far, margin)) far -= 1
  const center = (at: number) => margin + Math.floor((at + 0.5) * scale)
  return {
    width: (far + 1 - margin) / scale,
    isDark: (x, y) => isDark(center(x), center(y)),
  }
}

function checkFinders({ width, isDark }: Grid): void {
  for (const [left, top] of [[0, 0] as const, [width - 7, 0] as const, [0, width - 7] as const]) {
    const row = (y: number) =>
      Array.from({ length: 7 }, (_, x) => (isDark(left + x, top + y) ? 1 : 0)).join('')
    const rows = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111']
    deepEqual(
      rows.map((_, y) => row(y)),
      rows,
    )
  }
}

function readFormat({ isDark }: Grid): string {
  const places = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => [x, 8] as const)
  const above = [7, 5, 4, 3, 2, 1, 0].map((y) => [8, y] as const)
  return [...places, ...above].map(([x, y]) => (isDark(x, y) ? 1 : 0)).join('')
}

function isPattern(x: number, y: number, version: number, { alignments }: Layout): boolean {
  const far = 17 + 4 * version - 8
  if (x === 6 || y === 6) return true
  if ((x <= 8 && y <= 8) || (x >= far && y <= 8) || (x <= 8 && y >= far)) return true
  if (version >= 7 && ((x < 6 && y >= far - 3) || (y < 6 && x >= far - 3))) return true
  const near = (at: number) => alignments.filter((center) => Math.abs(at - center) <= 2)
  return near(x).some((cx) => near(y).some((cy) => !isOnFinder(cx, cy, far)))
}

const isOnFinder = (x: number, y: number, far: number): boolean =>
  (x === 6 && y === 6) || (x === 6 && y > far - 2) || (y === 6 && x > far - 2)

function readCodewords({ width, isDark }: Grid, version: number, layout: Layout): number[] {
  let bits = ''
  let isUpward = true
  for (let right = width - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let step = 0; step < width; step += 1) {
      const y = isUpward ? width - 1 - step : step
      for (const x of [right, right - 1]) {
        if (!isPattern(x, y, version, layout)) bits += isDark(x, y) !== ((x + y) % 2 === 0) ? '1' : '0'
      }
    }
    isUpward = !isUpward
  }
  return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
}

function deinterleave(codewords: number[], { blocks, dataSize }: Layout): number[] {
  const short = Math.floor(dataSize / blocks)
  const shortBlocks = blocks - (dataSize % blocks)
  const parts = Array.from({ length: blocks }, (_, block) =>
    Array.from({ length: short }, (_, index) => codewords[index * blocks + block] ?? 0),
  )
  for (let block = shortBlocks; block < blocks; block += 1)
    parts[block]?.push(codewords[short * blocks + block - shortBlocks] ?? 0)
  return parts.flat()
}

/** Byte mode and a length of eight bits, as in the versions below 10. */
function readText(bytes: number[]): string {
  const nibbles = Buffer.from(bytes).toString('hex')
  equal(nibbles[0], '4')
  const length = Number.parseInt(nibbles.slice(1, 3), 16)
  return Buffer.from(nibbles.slice(3, 3 + 2 * length), 'hex').toString()
}
