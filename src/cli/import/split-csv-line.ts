/** The fields of one line of CSV (RFC 4180, a row has one line); null where a quote is broken. */
export function splitCsvLine(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  for (let at = 0; ; at += 1) {
    const field = line[at] === '"' ? readQuoted(line, at) : readPlain(line, at)
    if (field === null) return null
    fields.push(field.value)
    at = field.end
    if (at === line.length) return fields
  }
}

type Field = { value: string; end: number }

function readPlain(line: string, from: number): Field | null {
  const comma = line.indexOf(',', from)
  const end = comma < 0 ? line.length : comma
  const value = line.slice(from, end)
  return value.includes('"') ? null : { value, end }
}

/** Two quotes stand for one. */
function readQuoted(line: string, from: number): Field | null {
  let value = ''
  for (let at = from + 1; ; ) {
    const quote = line.indexOf('"', at)
    if (quote < 0) return null
    value += line.slice(at, quote)
    if (line[quote + 1] !== '"') {
      const end = quote + 1
      return end === line.length || line[end] === ',' ? { value, end } : null
    }
    value += '"'
    at = quote + 2
  }
}
