import { HubError } from '../errors.ts'

/** Files of WeChat's domain check (MP_verify_….txt), by name. */
export type VerifyFiles = Readonly<Record<string, string>>

export const verifyFileName = /^MP_verify_[A-Za-z0-9]{1,64}\.txt$/

const maxFiles = 20

/** Throws bad_request for a name that is not WeChat's, for more than 20 files, or over 1 KiB of printable text. */
export function checkVerifyFiles(files: VerifyFiles): void {
  const entries = Object.entries(files)
  if (entries.length > maxFiles)
    throw new HubError('bad_request', `verifyFiles has more than ${maxFiles} files`)
  for (const [name, content] of entries) {
    if (!verifyFileName.test(name)) {
      throw new HubError('bad_request', 'verifyFiles names a file that is no MP_verify_….txt')
    }
    if (!/^[\x20-\x7e\r\n]{1,1024}$/.test(content)) {
      throw new HubError('bad_request', 'verifyFiles holds more than 1 KiB, or what is no printable text')
    }
  }
}
