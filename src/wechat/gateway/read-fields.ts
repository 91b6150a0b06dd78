import { XMLParser } from 'fast-xml-parser'
import { checkXml, isRiskyName, malformed } from './check-xml.ts'
import { readFlatXml } from './read-flat-xml.ts'

/** The fields of a message as WeChat names them. */
export type WireFields = { readonly [name: string]: unknown }

export type WireFormat = 'xml' | 'json'

const maxDepth = 6
const utf8 = new TextDecoder('utf-8', { fatal: true })
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  maxNestedTags: maxDepth,
})

/**
 * Reads a message, XML or JSON by its first character: what the headers say is not believed. All values of XML
 * are texts; of JSON's numbers those beyond 2^53 are, so that no digit is lost. Throws bad_request.
 */
export function readFields(body: Uint8Array): { format: WireFormat; fields: WireFields } {
  const text = decode(body)
  if (text.startsWith('<')) return { format: 'xml', fields: readFlatXml(text) ?? readXml(text) }
  if (text.startsWith('{')) return { format: 'json', fields: readJson(text) }
  throw malformed('is neither XML nor JSON')
}

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body).replace(/^[ \t\r\n]+/, '')
  } catch {
    throw malformed('is not UTF-8')
  }
}

/** Reads any XML that a message may be. */
export function readXml(text: string): WireFields {
  const fields = toXmlFields(parseXml(checkXml(text)))
  // A field that is there twice would be one thing to us and another to somebody else.
  if (Object.values(fields).some(Array.isArray)) throw malformed('has a field twice')
  checkValue(fields, 0)
  return fields
}

function parseXml(text: string): unknown {
  try {
    const root: unknown = parser.parse(text)
    const [content] = isFields(root) ? Object.values(root) : []
    return content
  } catch {
    throw malformed('is no XML')
  }
}

/** Without the blanks between elements, which the parser keeps as texts. */
function toXmlFields(value: unknown): WireFields {
  if (!isFields(value)) throw malformed('has no fields')
  return dropBlanks(value) as WireFields // an object stays one
}

function dropBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropBlanks)
  if (!isFields(value)) return value
  const entries = Object.entries(value).filter(([name]) => name !== '#text')
  return Object.fromEntries(entries.map(([name, inner]) => [name, dropBlanks(inner)]))
}

function readJson(text: string): WireFields {
  const fields = parseJson(text)
  if (!isFields(fields)) throw malformed('has no fields')
  checkValue(fields, 0)
  return fields
}

type Reviver = (this: unknown, name: string, value: unknown, context: { source?: string }) => unknown

/** A number as it was written, where JavaScript's numbers are too coarse for it. */
const keepDigits: Reviver = (_name, value, { source }) =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? source : value

function parseJson(text: string): unknown {
  try {
    // Most messages have no such number, and are parsed ten times as fast without a reviver.
    const mayLoseDigits = /\d{16}/.test(text)
    return mayLoseDigits
      ? JSON.parse(text, keepDigits as (name: string, value: unknown) => unknown)
      : JSON.parse(text)
  } catch {
    throw malformed('is no JSON')
  }
}

/** Throws for texts that no database takes, names that no object should have, and too many levels. */
function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw malformed('holds what is no text')
  }
  if (typeof value !== 'object' || value === null) return
  if (depth >= maxDepth) throw malformed('is nested too deeply')
  for (const [name, inner] of Object.entries(value)) {
    if (isRiskyName(name) || name.length > 64 || name.includes('\0') || !name.isWellFormed()) {
      throw malformed('names a field that cannot be')
    }
    checkValue(inner, depth + 1)
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
