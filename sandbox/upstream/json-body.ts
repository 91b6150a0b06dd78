import { UpstreamError } from './upstream-error.ts'

/** The JSON object that was posted; a form body is no JSON and gives 47001. */
export function parseJsonBody(body: string): Record<string, unknown> {
  if (body === '') throw new UpstreamError(44002)
  const value = parse(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UpstreamError(47001)
  return value as Record<string, unknown>
}

/** A text field; numbers are taken as their digits, everything else counts as absent. */
export function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw Object.assign(new UpstreamError(47001), { cause })
  }
}
