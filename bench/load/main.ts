import { traffics } from '../operations/traffics.ts'
import type { LoadOrder, LoadReport } from './load-process.ts'
import { runLoad } from './run-load.ts'

/** The second process: runs one load after the other, as the harness orders. */
process.on('message', async (message) => {
  const { traffic, data, plan } = message as LoadOrder // from load-process.ts
  const report: LoadReport = await runLoad(plan, traffics[traffic](data)).then(
    (result) => ({ result }),
    (error: unknown) => ({ problem: error instanceof Error ? error.message : String(error) }),
  )
  process.send?.(report)
})
