import type { SealedColumns } from '../database/sealed-columns.ts'
import { HubError } from './errors.ts'

export type Cursors = ReturnType<typeof createCursors>

const macLength = 12
/** The keyed hashes of cursors belong to no tenant. */
const noTenant = 0

/** Marks of where a page of a list ended. Signed, so that only those we gave out are taken, on every node. */
export function createCursors(sealed: Pick<SealedColumns, 'hash'>) {
  async function sign(list: string, position: string): Promise<Buffer> {
    const mac = await sealed.hash(noTenant, 'cursor', `${list}:${position}`)
    return mac.subarray(0, macLength)
  }

  async function issue(list: string, position: string): Promise<string> {
    return Buffer.concat([await sign(list, position), Buffer.from(position)]).toString('base64url')
  }

  return {
    issue,

    /** The position behind a cursor of this list; throws bad_request for anything else. */
    async parse(list: string, cursor: string): Promise<string> {
      const position = Buffer.from(cursor, 'base64url').subarray(macLength).toString()
      if (cursor !== (await issue(list, position))) throw new HubError('bad_request', 'after is no cursor')
      return position
    },
  }
}
