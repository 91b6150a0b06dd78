import type { Line } from '../operations/operation.ts'

/** One operation's lines as text: what, median, lowest–highest, target, remark. */
export function formatLines(title: string, lines: readonly Line[]): string {
  const cells = lines.map((line) => [
    line.what,
    `${format(line.value, line.unit)} ${line.unit}`,
    line.low === undefined || line.high === undefined
      ? ''
      : `${format(line.low, line.unit)}–${format(line.high, line.unit)}`,
    formatTarget(line),
    line.note ?? '',
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const rows = cells.map((row) =>
    row.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join('  '),
  )
  return `${title}\n${rows.map((row) => `  ${row.trimEnd()}\n`).join('')}`
}

export function isMet({ value, target }: Line): boolean | null {
  if (target === undefined) return null
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
}

function formatTarget(line: Line): string {
  if (line.target === undefined) return ''
  const bound = 'atLeast' in line.target ? `≥ ${line.target.atLeast}` : `≤ ${line.target.atMost}`
  return `${bound} ${isMet(line) ? 'ok' : 'MISSED'}`
}

function format(value: number, unit: Line['unit']): string {
  const digits = unit === '×' || unit === 'MB per 100,000' ? 2 : 0
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function pad(cell: string, column: number, width: number): string {
  return column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width)
}
