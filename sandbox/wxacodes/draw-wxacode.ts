import type { Reply } from '../http/reply.ts'
import { toBitmap } from '../images/bitmap.ts'
import { encodeJpeg } from '../images/jpeg.ts'
import { encodePng } from '../images/png.ts'
import { createQrCode } from '../images/qr-code.ts'
import type { WxacodeOptions } from './read-options.ts'

/** WeChat draws a round code that only WeChat reads; this is a QR code that every scanner reads, as JSON. */
export function drawWxacode(
  content: Record<string, string>,
  { width, isHyaline }: Pick<WxacodeOptions, 'width' | 'isHyaline'>,
): Reply {
  const bitmap = toBitmap(createQrCode(JSON.stringify(content)), width)
  return isHyaline
    ? { status: 200, contentType: 'image/png', body: encodePng(bitmap) }
    : { status: 200, contentType: 'image/jpeg', body: encodeJpeg(bitmap) }
}
