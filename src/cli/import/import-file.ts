import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { HubError } from '../../hub/errors.ts'
import type { ImportOutcome } from '../../hub/import-outcome.ts'
import { type Fields, type Row, readRows } from './read-rows.ts'

/** What rows of a kind look like, and where they go, so many at once. */
export type ImportKind = {
  known: readonly string[]
  needed: readonly string[]
  take: (rows: readonly Fields[]) => Promise<ImportOutcome[]>
}

export type Progress = {
  rows: number
  added: number
  present: number
  refused: number
  bytes: number
  size: number
}

const rowsAtOnce = 500

/**
 * Streams a file into the hub. What was taken stays, so a file can be run again after whatever stopped it: nothing is
 * written twice. Refused rows go to `<path>.refused.jsonl`, by line and reason, without their values.
 */
export async function importFile(
  path: string,
  kind: ImportKind,
  tell: (progress: Progress) => void,
): Promise<Progress> {
  const format = path.endsWith('.csv') ? 'csv' : path.endsWith('.jsonl') ? 'jsonl' : null
  if (format === null) throw new HubError('bad_request', 'the file is named neither .csv nor .jsonl')
  const { size } = await stat(path)
  const progress: Progress = { rows: 0, added: 0, present: 0, refused: 0, bytes: 0, size }
  await using report = await openReport(`${path}.refused.jsonl`)
  let batch: Row[] = []
  const flush = async () => {
    await report.write(await takeBatch(batch, kind, progress))
    batch = []
    tell(progress)
  }
  for await (const row of readRows(createReadStream(path), format, kind)) {
    batch.push(row)
    if (batch.length === rowsAtOnce) await flush()
  }
  await flush()
  return progress
}

type Refusal = { line: number; reason: string }

async function takeBatch(batch: readonly Row[], kind: ImportKind, progress: Progress): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  const good = batch.flatMap((row) => ('fields' in row ? [row] : []))
  for (const row of batch) if ('refused' in row) refusals.push({ line: row.line, reason: row.refused })
  const outcomes = good.length === 0 ? [] : await kind.take(good.map(({ fields }) => fields))
  for (const [at, outcome] of outcomes.entries()) {
    if (typeof outcome === 'string') progress[outcome] += 1
    else refusals.push({ line: good[at]?.line ?? 0, reason: outcome.refused })
  }
  progress.rows += batch.length
  progress.refused += refusals.length
  for (const { bytes } of batch) progress.bytes += bytes
  return refusals.sort((one, other) => one.line - other.line)
}

/** The report of one run in place of the one before; no file where nothing is refused. */
async function openReport(path: string) {
  await rm(path, { force: true })
  let file: FileHandle | null = null
  return {
    async write(refusals: readonly Refusal[]): Promise<void> {
      if (refusals.length === 0) return
      file ??= await open(path, 'w', 0o600)
      await file.write(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(''))
    },

    async [Symbol.asyncDispose](): Promise<void> {
      await file?.close()
    },
  }
}
