import { setTimeout as wait } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import { openReader } from '../src/db/open.js'

/** The tables an import writes to, and what tells the number of the user a row belongs to. */
const owners = {
  conversations: 'pk >> 25',
  messages: 'pk >> 43',
  import_origins: 'user_no',
  staged_growth: 'conversation_pk >> 25',
  partitions: 'user_no'
}

/** What one user has in these tables, seen or not. */
export type Rows = Record<keyof typeof owners, Array<Record<string, unknown>>>

/** Milliseconds after which what should have come to rest by itself is taken as it is. */
const PATIENCE = 60_000

/** Looks at a database beside the server, or after one that is gone; leaves nothing open, as a crash does. */
export function look <T> (databasePath: string, read: (sqlite: Sqlite.Database) => T): T {
  const { $client: sqlite } = openReader(databasePath)
  try {
    return sqlite.transaction(read)(sqlite)
  } finally {
    sqlite.close()
  }
}

/** All rows of an import's tables, by the numbers of the users they belong to. */
export function rowsByUser (databasePath: string): Map<unknown, Rows> {
  return look(databasePath, (sqlite) => {
    const users = new Map<unknown, Rows>()
    for (const table of Object.keys(owners) as Array<keyof typeof owners>) {
      for (const { owner, ...row } of sqlite.prepare<[], Record<string, unknown>>(`SELECT ${owners[table]} AS owner, * FROM ${table}`).all()) {
        const rows = users.get(owner) ?? { conversations: [], messages: [], import_origins: [], staged_growth: [], partitions: [] }
        rows[table].push(row)
        users.set(owner, rows)
      }
    }
    return users
  })
}

/** Waits until nothing is staged, and nothing is left to sweep or to move. */
export async function untilSettled (databasePath: string) {
  const isUnsettled = (sqlite: Sqlite.Database) => sqlite.prepare(
    'SELECT 1 FROM partitions GROUP BY user_no HAVING count(*) > 1 OR min(state) <> \'live\' OR user_no IS NULL').get() !== undefined
  const deadline = performance.now() + PATIENCE
  while (look(databasePath, isUnsettled) && performance.now() < deadline) await wait(5)
}
