import { openDatabase } from './database.ts'

/** A connection of its own: what is acknowledged to WeChat is on disk. */
const database = openDatabase(`${process.env.BENCH_DATA_DIR}/floor.db`)
database.exec('pragma synchronous = full')
const insert = database.prepare(`
  insert into messages (app_id, dedupe_key, open_id, kind, event, created_at, received_at, content)
  values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`)
const [begin, commit, rollback] = ['begin immediate', 'commit', 'rollback'].map((sql) =>
  database.prepare(sql),
)

type Message = {
  appId: string
  dedupeKey: Buffer
  openId: string
  kind: string
  event: string | null
  createdAt: number
  receivedAt: number
  content: string
}

let waiting: { message: Message; resolve: () => void; reject: (error: unknown) => void }[] = []

/** Those that arrive together share a commit. */
export function storeMessage(message: Message): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (waiting.length === 0) setImmediate(flush)
  waiting.push({ message, resolve, reject })
  return promise
}

function flush(): void {
  const together = waiting
  waiting = []
  try {
    begin?.run()
    for (const { message: m } of together) {
      insert.run(m.appId, m.dedupeKey, m.openId, m.kind, m.event, m.createdAt, m.receivedAt, m.content)
    }
    commit?.run()
    for (const { resolve } of together) resolve()
  } catch (error) {
    if (database.isTransaction) rollback?.run()
    for (const { reject } of together) reject(error)
  }
}
