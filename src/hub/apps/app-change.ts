import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { HubError } from '../errors.ts'
import { checkName } from '../name.ts'
import type { App } from './app.ts'
import {
  lockGateway,
  updateAppName,
  updateGateway,
  updatePhoneBudget,
  updateVerifyFiles,
} from './apps-store.ts'
import { changeGateway, type GatewayInput } from './gateway-settings.ts'
import { checkVerifyFiles, type VerifyFiles } from './verify-files.ts'

/** What is not given stays. */
export type AppChange = {
  name?: string | undefined
  phoneBudget?: number | null | undefined
  /** Null: the app takes no messages any more, and its token and keys are forgotten. */
  gateway?: GatewayInput | null | undefined
  verifyFiles?: VerifyFiles | undefined
}

type Audit = (action: string, detail?: object) => Promise<void>

/** Throws bad_request for what an app of this kind cannot have. */
export function checkAppChange(app: Pick<App, 'kind' | 'gateway'>, change: AppChange): void {
  const { name, gateway, verifyFiles } = change
  if (name !== undefined) checkName(name)
  if (verifyFiles !== undefined) checkVerifyFiles(verifyFiles)
  if (gateway == null) return
  if (app.kind === 'open_app') {
    throw new HubError('bad_request', 'WeChat brings no messages to mobile and website apps: gateway is null')
  }
  changeGateway(app.gateway, gateway)
}

/** Writes a change, and an audit row for each of its parts. */
export async function writeAppChange(
  sql: Sql,
  sealed: SealedColumns,
  appId: string,
  { name, phoneBudget, gateway, verifyFiles }: AppChange,
  audit: Audit,
): Promise<void> {
  if (name !== undefined) {
    await updateAppName(sql, appId, name)
    await audit('app.renamed')
  }
  if (phoneBudget !== undefined) {
    await updatePhoneBudget(sql, appId, phoneBudget)
    await audit('app.phone_budget_set', { phoneBudget })
  }
  if (gateway !== undefined) {
    const present = await lockGateway(sql, sealed, appId)
    await updateGateway(sql, sealed, appId, gateway === null ? null : changeGateway(present, gateway))
    await audit('app.gateway_set', { mode: gateway?.mode ?? null })
  }
  if (verifyFiles !== undefined) {
    await updateVerifyFiles(sql, appId, verifyFiles)
    await audit('app.verify_files_set', { names: Object.keys(verifyFiles) })
  }
}
