import type { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { createCommitGroup } from './commit-group.ts'
import { createSqliteStatements } from './sqlite-statements.ts'
import { createTurns } from './turns.ts'

export type SqliteSession = ReturnType<typeof createSqliteSession>

/** How far a connection's transaction has come, and whether it still has the turn. */
type State = { hasTurn: boolean; phase: 'none' | 'open' | 'ended' }

/** One SQLite connection for many users, who take turns: a statement at a time, or a transaction. */
export function createSqliteSession(database: DatabaseSync) {
  const turns = createTurns()
  const statements = createSqliteStatements(database)
  const group = createCommitGroup(database, statements.run)
  const states = new WeakMap<DatabaseConnection, State>()
  // As many as were ever used at once: one for each statement would be work for the garbage collector.
  const idle: DatabaseConnection[] = []

  function stateOf(connection: DatabaseConnection): State {
    const state = states.get(connection)
    if (state === undefined) throw new Error('a connection of another session')
    return state
  }

  function connect(): DatabaseConnection {
    const state: State = { hasTurn: false, phase: 'none' }
    const connection: DatabaseConnection = {
      async executeQuery(query) {
        // A statement of its own is acknowledged when it returns: what it sees must be committed.
        if (state.phase === 'none') group.flush()
        return statements.query(query)
      },
      streamQuery() {
        throw new Error('streaming is not supported on SQLite')
      },
    }
    states.set(connection, state)
    return connection
  }

  function endTurn(state: State): void {
    if (!state.hasTurn) return
    state.hasTurn = false
    turns.pass()
  }

  return {
    /** Runs a statement at once if it is its turn; null if it has to wait. `isInside`: in the open transaction. */
    queryNow<R>(query: CompiledQuery<R>, isInside: boolean): QueryResult<R> | null {
      if (isInside) return statements.query(query)
      if (turns.isTaken()) return null
      group.flush()
      return statements.query(query)
    },

    async acquire(): Promise<DatabaseConnection> {
      await turns.take()
      const connection = idle.pop() ?? connect()
      const state = stateOf(connection)
      state.hasTurn = true
      state.phase = 'none'
      return connection
    },

    release(connection: DatabaseConnection): void {
      endTurn(stateOf(connection))
      idle.push(connection)
    },

    begin(connection: DatabaseConnection): void {
      group.begin()
      stateOf(connection).phase = 'open'
    },

    /** The next in turn goes on while this one waits for the shared commit. */
    commit(connection: DatabaseConnection): Promise<void> {
      const state = stateOf(connection)
      const committed = group.commit()
      state.phase = 'ended'
      endTurn(state)
      return committed
    },

    /** After a failed commit there is nothing left to roll back. */
    rollback(connection: DatabaseConnection): void {
      const state = stateOf(connection)
      if (state.phase === 'open') group.rollback()
      state.phase = 'ended'
    },

    close(): void {
      group.flush()
      database.close()
    },
  }
}
