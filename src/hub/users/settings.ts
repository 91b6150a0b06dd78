import { checkText } from './check-text.ts'

/** What a user set for a stock watcher. Each is absent until it is set; a first login sets the defaults. */
export type Settings = {
  /** Red for rising prices, as in China: false is the other way about. */
  rg: boolean
  /** Only the line of 20 days. */
  only20: boolean
  /** The user's groups, in the client's own form. */
  group: string
  /** How many entries the user may keep. */
  capacity: number
}

const maxGroupLength = 1024

/** Throws bad_request for values that no settings can have. */
export function checkSettings({ group }: Partial<Settings>): void {
  if (group !== undefined) checkText('group', group, maxGroupLength)
}

/**
 * Settings are one JSON text of a user: they are read and written together, no query asks for one of them, and
 * a further one needs no column.
 */
export function parseSettings(text: string | null): Partial<Settings> {
  return text === null ? {} : (JSON.parse(text) as Partial<Settings>) // written by updateSettings, checked before
}
