import { setTimeout as wait } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import { openReader } from '../../src/db/open.js'

type Row = Record<string, unknown>

/** What one user has in the tables that an import writes to, seen or not. */
export interface Rows { conversations: Row[], messages: Row[], import_origins: Row[], staged_messages: Row[], partitions: Row[] }

const owners: Array<[table: keyof Rows, userNo: string]> = [
  ['conversations', 'pk >> 25'],
  ['messages', 'pk >> 43'],
  ['import_origins', 'user_no'],
  ['staged_messages', 'conversation_pk >> 25'],
  ['partitions', 'user_no']
]

// Milliseconds after which everything is taken as it is.
const PATIENCE = 60_000

function look <T> (databasePath: string, read: (sqlite: Sqlite.Database) => T): T {
  // Nothing stays open, because after a crash nobody has the file open either.
  const { $client: sqlite } = openReader(databasePath)
  try {
    return sqlite.transaction(read)(sqlite)
  } finally {
    sqlite.close()
  }
}

/** What everybody has, by the numbers of the users, the oldest first. */
export function rowsByUser (databasePath: string): Map<unknown, Rows> {
  return look(databasePath, (sqlite) => {
    const users = new Map<unknown, Rows>()
    for (const [table, userNo] of owners) {
      for (const { owner, ...row } of sqlite.prepare<[], Row>(`SELECT ${userNo} AS owner, * FROM ${table} ORDER BY rowid`).all()) {
        const rows = users.get(owner) ?? { conversations: [], messages: [], import_origins: [], staged_messages: [], partitions: [] }
        rows[table].push(row)
        users.set(owner, rows)
      }
    }
    return users
  })
}

/** Waits until nothing is staged, and nothing is left to sweep or to move, deleted accounts included. */
export async function untilSettled (databasePath: string) {
  const isUnsettled = (sqlite: Sqlite.Database) => sqlite.prepare(
    `SELECT 1 FROM partitions GROUP BY user_no HAVING count(*) > 1 OR min(state) <> 'live' OR user_no IS NULL
     UNION ALL SELECT 1 FROM users WHERE deleted_at IS NOT NULL`).get() !== undefined
  const deadline = performance.now() + PATIENCE
  while (look(databasePath, isUnsettled) && performance.now() < deadline) await wait(5)
}
