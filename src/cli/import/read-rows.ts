import { HubError } from '../../hub/errors.ts'
import { type Line, maxLineBytes, readLines } from './read-lines.ts'
import { splitCsvLine } from './split-csv-line.ts'

export type Fields = Readonly<Record<string, string>>

/** A row of a file by the names of its fields, or why it is none. */
export type Row = { line: number; bytes: number } & ({ fields: Fields } | { refused: string })

type Shape = { known: readonly string[]; needed: readonly string[] }

/** Rows of a CSV file whose first line names the fields, or of a file with one JSON object a line. */
export function readRows(
  chunks: AsyncIterable<Buffer>,
  format: 'csv' | 'jsonl',
  shape: Shape,
): AsyncGenerator<Row> {
  return format === 'csv' ? readCsv(chunks, shape) : readJsonLines(chunks, shape)
}

async function* readCsv(chunks: AsyncIterable<Buffer>, shape: Shape): AsyncGenerator<Row> {
  let header: string[] | null = null
  for await (const line of readLines(chunks)) {
    if (header === null) header = parseHeader(line, shape)
    else if (line.text !== '') yield { line: line.number, bytes: line.bytes, ...toFields(line.text, header) }
  }
  if (header === null) throw new HubError('bad_request', 'the file is empty: the first line names the fields')
}

function parseHeader({ text }: Line, { known, needed }: Shape): string[] {
  const names = (text === null ? null : splitCsvLine(text))?.map((name) => name.trim()) ?? []
  const unknown = names.find((name) => !known.includes(name))
  const missing = needed.find((name) => !names.includes(name))
  const isTwice = new Set(names).size < names.length
  if (unknown === undefined && missing === undefined && !isTwice) return names
  const fault =
    unknown === undefined ? (missing === undefined ? 'a field twice' : `no ${missing}`) : 'an unknown field'
  throw new HubError('bad_request', `the first line names ${fault}: the fields are ${known.join(', ')}`)
}

function toFields(text: string | null, header: readonly string[]): { fields: Fields } | { refused: string } {
  if (text === null) return tooLong
  const values = splitCsvLine(text)
  if (values === null) return { refused: 'a quote is broken, or a value goes on in the next line' }
  if (values.length !== header.length) {
    return { refused: `has ${values.length} fields, the first line ${header.length}` }
  }
  return { fields: Object.fromEntries(header.map((name, at) => [name, values[at] ?? ''])) }
}

async function* readJsonLines(chunks: AsyncIterable<Buffer>, shape: Shape): AsyncGenerator<Row> {
  for await (const { number, text, bytes } of readLines(chunks)) {
    if (text?.trim() === '') continue
    yield { line: number, bytes, ...(text === null ? tooLong : parseObject(text, shape)) }
  }
}

function parseObject(text: string, { known, needed }: Shape): { fields: Fields } | { refused: string } {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { refused: 'is no JSON object' }
  const fields = new Map<string, string>()
  for (const [name, one] of Object.entries(value)) {
    if (!known.includes(name))
      return { refused: `names an unknown field: the fields are ${known.join(', ')}` }
    if (one === null) continue
    if (typeof one !== 'string' && typeof one !== 'number') return { refused: `${name} is no text` }
    fields.set(name, String(one))
  }
  const missing = needed.find((name) => !fields.has(name))
  return missing === undefined ? { fields: Object.fromEntries(fields) } : { refused: `${missing} is missing` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const tooLong = { refused: `is longer than ${maxLineBytes} bytes` }
