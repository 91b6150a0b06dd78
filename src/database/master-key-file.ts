import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Secret } from '../secret.ts'
import { formatMasterKeys, type MasterKey, type MasterKeys, parseMasterKeys } from './master-keys.ts'

/** Reads the master keys of a sandbox hub from its data directory, making one at the first start. */
export function readMasterKeyFile(path: string): MasterKeys {
  const known = readIfThere(path)
  if (known !== null) return parseMasterKeys(known.trim())
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path, `${formatMasterKeys([makeMasterKey()])}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // Another process made it at this moment.
    if (!isErrno(error, 'EEXIST')) throw error
  }
  return parseMasterKeys(readFileSync(path, 'utf8').trim())
}

/** Replaces the file as a whole: a crash leaves the old one or the new one. */
export function writeMasterKeyFile(path: string, keys: readonly MasterKey[]): void {
  writeFileSync(`${path}.new`, `${formatMasterKeys(keys)}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

export function makeMasterKey(): MasterKey {
  return { id: `k${randomBytes(4).toString('hex')}`, key: new Secret(randomBytes(32).toString('base64')) }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
