import { HubError } from '../../hub/errors.ts'

const maxDepth = 6

/** What WeChat writes: text, CDATA, and elements without attributes. One alternative per kind of piece. */
const piece = /([^<]+)|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([A-Za-z_][\w.-]{0,63})[ \t\r\n]*(\/?)>/y
const declaration = /^<\?xml version=["']1\.0["'](?:[ \t]+encoding=["']([\w-]+)["'])?[ \t]*\?>/
/** XML forbids these even as text; those from U+007F on it takes. */
const forbidden = /[\p{Cc}--[\t\n\r\u007f-\u009f]]/v

/**
 * Refuses all XML beyond the small part that WeChat writes, before a parser sees it: DOCTYPE and comments,
 * processing instructions, attributes, other encodings than UTF-8, control characters, more than 6 levels, names
 * that JavaScript's objects have a use for, and elements that are not closed. Returns it without its declaration.
 */
export function checkXml(text: string): string {
  if (forbidden.test(text)) throw malformed('holds control characters')
  const declared = declaration.exec(text)
  if (declared !== null && !/^utf-?8$/i.test(declared[1] ?? 'utf-8')) throw malformed('is not UTF-8')
  const body = text.slice(declared?.[0].length ?? 0).trim()
  const open: string[] = []
  piece.lastIndex = 0
  while (piece.lastIndex < body.length) {
    const isAtTop = open.length === 0
    if (isAtTop && piece.lastIndex > 0) throw malformed('goes on behind its end')
    const found = piece.exec(body)
    if (found === null) throw malformed('holds what WeChat does not write')
    takePiece(found, open)
    if (isAtTop && found[3] === undefined) throw malformed('is no element')
  }
  if (open.length > 0 || body === '') throw malformed('ends too soon')
  return body
}

function takePiece([, , closing, name, selfClosing]: RegExpExecArray, open: string[]): void {
  if (name === undefined) return
  if (closing === '/') {
    if (selfClosing === '/' || open.pop() !== name) throw malformed('closes what is not open')
    return
  }
  if (isRiskyName(name)) throw malformed('names a field that cannot be')
  if (open.length >= maxDepth) throw malformed('is nested too deeply')
  if (selfClosing !== '/') open.push(name)
}

/** Names that lead to an object's prototype. */
export function isRiskyName(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}

export function malformed(what: string): HubError {
  return new HubError('bad_request', `the message ${what}`)
}
