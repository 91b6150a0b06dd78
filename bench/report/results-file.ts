import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Line } from '../operations/operation.ts'
import type { Options } from '../options.ts'
import { isMet } from './table.ts'

export type Results = Record<string, readonly Line[]>

/** Keeps the figures of a run in bench/results, which git ignores. Returns the file's name. */
export function writeResults(results: Results, { operations, ...settings }: Options): string {
  const folder = fileURLToPath(new URL('../results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const at = new Date().toISOString()
  const file = `${folder}${at.replaceAll(/[:.]/g, '-')}.json`
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
  const figures = Object.fromEntries(
    Object.entries(results).map(([name, lines]) => [
      name,
      lines.map((line) => ({ ...line, isMet: isMet(line) })),
    ]),
  )
  const names = operations.map(({ name }) => name)
  writeFileSync(file, `${JSON.stringify({ at, machine, settings, names, figures }, null, 2)}\n`)
  return file
}
