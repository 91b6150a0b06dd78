import type { Sql } from '../../database/database.ts'
import { updateAppName, updatePhoneBudget } from './apps-store.ts'

/** What is not given stays. */
export type AppChange = { name?: string | undefined; phoneBudget?: number | null | undefined }

/** Writes a change, and an audit row for each of its parts. */
export async function writeAppChange(
  sql: Sql,
  appId: string,
  { name, phoneBudget }: AppChange,
  audit: (action: string, detail?: object) => Promise<void>,
): Promise<void> {
  if (name !== undefined) {
    await updateAppName(sql, appId, name)
    await audit('app.renamed')
  }
  if (phoneBudget !== undefined) {
    await updatePhoneBudget(sql, appId, phoneBudget)
    await audit('app.phone_budget_set', { phoneBudget })
  }
}
