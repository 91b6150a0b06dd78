import type { Matrix } from './qr-code.ts'

const quietModules = 4

/** One byte a pixel, 1 for dark, as wide as high. */
export type Bitmap = { width: number; pixels: Uint8Array }

/** The code with its margin in whole pixels a module, centred; a scanner needs both. */
export function toBitmap({ size, isDark }: Matrix, width: number): Bitmap {
  const scale = Math.max(1, Math.floor(width / (size + 2 * quietModules)))
  const margin = Math.floor((width - size * scale) / 2)
  const pixels = new Uint8Array(width * width)
  for (let y = 0; y < size * scale; y += 1) {
    for (let x = 0; x < size * scale; x += 1) {
      if (!isDark(Math.floor(x / scale), Math.floor(y / scale))) continue
      pixels[(y + margin) * width + x + margin] = 1
    }
  }
  return { width, pixels }
}
