import { parseJsonBody } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

type Fields = Record<string, unknown>

/** These calls name a missing field and a body that is no JSON in one breath. */
export function parseWxacodeBody(body: string, errcode: 40159 | 40169): Fields {
  try {
    return parseJsonBody(body)
  } catch (cause) {
    throw Object.assign(new UpstreamError(errcode), { cause })
  }
}

export function readScene({ scene }: Fields): string {
  if (typeof scene !== 'string' || scene === '' || scene.length > 32) throw new UpstreamError(40169)
  if (!/^[\w!#$&'()*+,/:;=?@.~-]+$/.test(scene)) throw new UpstreamError(40129)
  return scene
}

/** Empty for the home page. */
export function readPage({ page }: Fields): string {
  const text = page ?? ''
  if (typeof text !== 'string') throw new UpstreamError(40097)
  checkReserved(text)
  if (text.startsWith('/') || /[?#\s]/.test(text)) throw new UpstreamError(41030)
  return text
}

/** A page with its query, up to so many bytes. */
export function readPath({ path }: Fields, maxBytes: number): string {
  if (typeof path !== 'string' || path === '') throw new UpstreamError(40159)
  if (Buffer.byteLength(path) > maxBytes) throw new UpstreamError(40159)
  checkReserved(path)
  // Control characters would not fit into a code as JSON.
  if (/\p{Cc}/u.test(path)) throw new UpstreamError(40097)
  return path
}

function checkReserved(text: string): void {
  if (text.includes('scancode_time')) throw new UpstreamError(85096)
}
