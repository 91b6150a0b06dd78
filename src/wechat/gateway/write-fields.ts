import type { WireFormat } from './read-fields.ts'

/** Texts become CDATA, numbers stand bare. */
export function writeFields(format: WireFormat, fields: Record<string, string | number>): string {
  return format === 'json' ? JSON.stringify(fields) : writeXml(fields)
}

function writeXml(fields: Record<string, string | number>): string {
  const elements = Object.entries(fields).map(([name, value]) => `<${name}>${toXml(value)}</${name}>`)
  return `<xml>${elements.join('')}</xml>`
}

/** `]]>` would end the CDATA: it is spread over two. */
function toXml(value: string | number): string {
  return typeof value === 'number'
    ? String(value)
    : `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}
