import type { Fields, FieldValue } from './field-value.ts'

/** As WeChat writes it: texts in CDATA, numbers bare, a list as its element repeated. */
export function writeXml(fields: Fields): string {
  return `<xml>${writeFields(fields, '\n')}</xml>`
}

function writeFields(fields: Fields, joint: string): string {
  return Object.entries(fields)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => writeElement(name, each)),
    )
    .join(joint)
}

function writeElement(name: string, value: FieldValue): string {
  return `<${name}>${writeValue(value)}</${name}>`
}

function writeValue(value: FieldValue): string {
  if (typeof value === 'string') return writeCdata(value)
  if (Array.isArray(value)) return writeFields({ item: value }, '')
  return typeof value === 'object' ? writeFields(value, '') : String(value)
}

/** A section cannot hold its own end, and XML 1.0 has no place for most control characters. */
function writeCdata(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
  return `<![CDATA[${allowed.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}
