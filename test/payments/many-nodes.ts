import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { adminKey } from '../api/api-hub.ts'
import { type Json, openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import type { BookedRefund, ShownRefund } from './open-money.ts'

export type Nodes = Awaited<ReturnType<typeof startNodes>>

export type Answered = { status: number; json: Json }

/** Hubs as processes on one database and one sandbox: as many as are asked for. */
export async function startNodes(t: TestContext, engine: Engine, count: number) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, engine)
  const env = { ...hubEnvironment(database, sandbox.url), WEHUB_ADMIN_KEY: adminKey, WEHUB_LOG_REQUESTS: '0' }
  const nodes: HubProcess[] = []
  while (nodes.length < count) nodes.push(await startHubProcess(t, env))

  /** Kills a node and starts it again at its address, where WeChat looks for it. */
  async function restart(at: number): Promise<void> {
    const node = nodes[at] as HubProcess
    node.kill('SIGKILL')
    await node.exited
    nodes[at] = await startHubProcess(t, { ...env, WEHUB_PORT: new URL(node.url).port })
  }
  const { appid } = await sandbox.app('mini_program')

  async function call(
    at: number,
    method: string,
    path: string,
    body?: Json,
    key?: string,
  ): Promise<Answered> {
    const { url } = nodes[at % nodes.length] as HubProcess
    const headers = {
      authorization: `Bearer ${adminKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    }
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const response = await fetch(`${url}/api/v1${path}`, init)
    return { status: response.status, json: (await response.json()) as Json }
  }

  return {
    sandbox,
    nodes,
    restart,
    call,
    async sell(outTradeNo: string, total: number): Promise<void> {
      await sandbox.control('POST', '/payments', { appid, userId: 'u1', outTradeNo, total })
    },
    /** Through one of the nodes; the others may be dead. */
    async refunds(at: number, billId: string): Promise<ShownRefund[]> {
      const found: ShownRefund[] = []
      for (let after = ''; ; ) {
        const { json } = await call(at, 'GET', `/refunds?billId=${billId}&limit=200${after}`)
        found.push(...(json.items as ShownRefund[]))
        if (json.next === null) return found
        after = `&after=${String(json.next)}`
      }
    },
    books: async (outTradeNo: string): Promise<BookedRefund[]> =>
      (await sandbox.control('GET', `/refunds?outTradeNo=${outTradeNo}`)) as unknown as BookedRefund[],
  }
}

export function sumOf(refunds: readonly { refund: number; status: string }[]): number {
  return refunds.reduce((sum, { refund, status }) => (status === 'CLOSED' ? sum : sum + refund), 0)
}

/** How often each outcome came, by status and code. */
export function countOutcomes(answers: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, json } of answers) {
    const name = `${status} ${String(json.code ?? json.state)}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
