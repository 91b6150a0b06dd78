import { HubError } from '../../hub/errors.ts'

/** A line of a file; `text` is null where it is too long to be a row. Counted from 1. */
export type Line = { number: number; text: string | null; bytes: number }

/** No row of ours is that long; what is longer is not kept in memory. */
export const maxLineBytes = 65_536

const newline = 0x0a

/** Lines of UTF-8, with LF or CRLF, with or without a BOM. Throws bad_request at the first that is no UTF-8. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0
  let parts: Buffer[] = []
  let length = 0
  const take = (): Line => {
    number += 1
    const bytes = length
    const text = bytes > maxLineBytes ? null : decode(Buffer.concat(parts), number)
    parts = []
    length = 0
    return { number, text, bytes: bytes + 1 }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      keep(chunk.subarray(from, end))
      yield take()
      from = end + 1
    }
    keep(chunk.subarray(from))
  }
  if (length > 0) yield take()

  function keep(part: Buffer): void {
    length += part.length
    if (length <= maxLineBytes) parts.push(part)
    else parts = []
  }
}

function decode(bytes: Buffer, number: number): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.endsWith('\r') ? text.slice(0, -1) : text
  } catch {
    const remedy = 'save it as UTF-8 (in Excel: "CSV UTF-8") and run the import again'
    throw new HubError('bad_request', `line ${number} of the file is not UTF-8 but maybe GBK: ${remedy}`)
  }
}
