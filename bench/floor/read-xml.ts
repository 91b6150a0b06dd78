export type Fields = { [name: string]: string | Fields }

const element = /\s*<([A-Za-z_]\w{0,63})>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))/y
const closing = /\s*<\/(\w+)>/y
const maxDepth = 6
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The fields of what WeChat writes: elements with text, CDATA or elements. Null for all other XML. */
export function readXml(text: string): Fields | null {
  if (!text.startsWith('<xml>') || !text.trimEnd().endsWith('</xml>')) return null
  const place = { at: '<xml>'.length }
  const fields = readFields(text, place, 1)
  return fields !== null && place.at === text.trimEnd().length ? fields : null
}

/** Reads up to the end of the element that they are in. */
function readFields(text: string, place: { at: number }, depth: number): Fields | null {
  const fields: Fields = Object.create(null)
  while (depth <= maxDepth) {
    if (skip(text, place) !== null) return fields
    element.lastIndex = place.at
    const [, name = '', cdata, plain = ''] = element.exec(text) ?? []
    if (name === '' || name in fields) return null
    place.at = element.lastIndex
    const end = skip(text, place)
    if (end === name)
      fields[name] = cdata ?? plain.replace(/&(\w+);/g, (all, key: string) => entities[key] ?? all)
    else if (end !== null || plain.trim() !== '') return null
    else {
      const inner = readFields(text, place, depth + 1)
      if (inner === null) return null
      fields[name] = inner
    }
  }
  return null
}

/** The name of the closing tag here, which is passed; null where there is none. */
function skip(text: string, place: { at: number }): string | null {
  closing.lastIndex = place.at
  const name = closing.exec(text)?.[1]
  if (name === undefined) return null
  place.at = closing.lastIndex
  return name
}
