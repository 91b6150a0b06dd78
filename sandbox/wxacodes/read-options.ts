import type { Rules } from '../rules.ts'
import { toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

type Fields = Record<string, unknown>
export type WxacodeOptions = { width: number; isHyaline: boolean; envVersion: string }

const envVersions = ['release', 'trial', 'develop']
const minWidth = 280
const maxWidth = 1280

/** What the three calls have in common. Colours are checked, but the codes stay black. */
export function readOptions(fields: Fields, rules: Rules): WxacodeOptions {
  readFlag(fields, 'auto_color', false)
  checkColour(fields.line_color)
  const envVersion = fields.env_version ?? 'release'
  if (typeof envVersion !== 'string' || !envVersions.includes(envVersion)) throw new UpstreamError(40097)
  const isHyaline = readFlag(fields, 'is_hyaline', false)
  return { width: readWidth(fields.width, rules), isHyaline, envVersion }
}

export function readFlag(fields: Fields, name: string, fallback: boolean): boolean {
  const value = fields[name] ?? fallback
  if (typeof value !== 'boolean') throw new UpstreamError(40097)
  return value
}

/** The range is documented, an answer to a width outside of it is not. */
export function readWidth(value: unknown, { strictWxacodeWidth }: Rules): number {
  const width = readWhole(value ?? 430)
  if (width >= minWidth && width <= maxWidth) return width
  if (strictWxacodeWidth) throw new UpstreamError(40097)
  return Math.min(maxWidth, Math.max(minWidth, width))
}

function checkColour(value: unknown): void {
  if (value === undefined || value === null) return
  if (typeof value !== 'object') throw new UpstreamError(40097)
  const { r, g, b } = value as Fields
  if ([r, g, b].some((part) => readWhole(part) > 255)) throw new UpstreamError(40097)
}

/** Digits as number or as text: clients send both. */
function readWhole(value: unknown): number {
  const text = toText(value)
  if (!/^\d{1,6}$/.test(text)) throw new UpstreamError(40097)
  return Number(text)
}
