import { Type } from 'typebox'
import type { Cursors } from '../hub/cursors.ts'

export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'At most so many' }),
  ),
  after: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: '`next` of the page before this one' }),
  ),
}

export type PageQuery = { limit?: number; after?: string }

export type Page<T> = { items: T[]; next: string | null }

/** A list that is shown in pages: its name, how to read a part of it, and what marks a place in it. */
export type PagedList<T> = {
  name: string
  read: (after: string | null, count: number) => Promise<T[]> | T[]
  positionOf: (item: T) => string
}

const defaultLimit = 50

export async function readPage<T>(cursors: Cursors, query: PageQuery, list: PagedList<T>): Promise<Page<T>> {
  const limit = query.limit ?? defaultLimit
  const after = query.after === undefined ? null : await cursors.parse(list.name, query.after)
  // One more than shown tells whether there is a next page.
  const found = await list.read(after, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const isLast = last === undefined || found.length <= limit
  return { items, next: isLast ? null : await cursors.issue(list.name, list.positionOf(last)) }
}

/** A list that is held in memory, in the order of its positions. */
export function listInMemory<T>(
  name: string,
  all: readonly T[],
  { positionOf, isAfter }: { positionOf: (item: T) => string; isAfter: (item: T, after: string) => boolean },
): PagedList<T> {
  return {
    name,
    positionOf,
    read: (after, count) => all.filter((item) => after === null || isAfter(item, after)).slice(0, count),
  }
}

/** A list in the order of ids. */
export function listById<T extends { id: number }>(name: string, all: readonly T[]): PagedList<T> {
  return listInMemory(name, all, {
    positionOf: ({ id }) => String(id),
    isAfter: ({ id }, after) => id > Number(after),
  })
}
