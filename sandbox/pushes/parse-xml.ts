import type { Fields, FieldValue } from './field-value.ts'

type Element = { name: string; text: string; children: Fields }

const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)/y
const entities = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))
const maxDepth = 20

/** The elements below the root, of the little XML that replies are made of; null for everything else. */
export function parseXml(xml: string): Fields | null {
  const source = xml.trim().replace(/^<\?xml[^>]*\?>\s*/, '')
  const root = createElement('')
  const open = [root]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (found === null || !takeToken(open, found)) return null
  }
  const { xml: content } = root.children
  const isWhole = open.length === 1 && root.text.trim() === '' && Object.keys(root.children).length === 1
  return isWhole && typeof content === 'object' && !Array.isArray(content) ? content : null
}

/** Without a prototype, so that an element may have any name. */
function createElement(name: string): Element {
  return { name, text: '', children: Object.create(null) as Fields }
}

function takeToken(open: Element[], found: RegExpExecArray): boolean {
  const [, cdata, closing, name = '', selfClosing, text] = found
  const current = open.at(-1)
  if (current === undefined) return false
  if (cdata !== undefined) current.text += cdata
  else if (text !== undefined) current.text += decodeEntities(text)
  else if (closing === '/') return current.name === name && close(open)
  else {
    if (open.length > maxDepth) return false
    open.push(createElement(name))
    if (selfClosing === '/') return close(open)
  }
  return true
}

function close(open: Element[]): boolean {
  const element = open.pop()
  const parent = open.at(-1)
  if (element === undefined || parent === undefined) return false
  const value = toValue(element)
  const before = parent.children[element.name]
  if (Array.isArray(before)) before.push(value)
  else parent.children[element.name] = before === undefined ? value : [before, value]
  return true
}

function toValue({ text, children }: Element): FieldValue {
  return Object.keys(children).length === 0 ? text : { ...children }
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities.get(name) ?? whole
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
