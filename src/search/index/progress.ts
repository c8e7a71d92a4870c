import { conversationKeys, conversationOfMessage } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { isPreviousInUse } from './previous.js'

// Raw SQL: `indexed_to` takes 63 bits, and ranges of packed keys.
const statements = prepared(({ $client: sqlite }: Db) => ({
  indexedTo: sqlite.prepare<[], number>(
    `SELECT ${conversationOfMessage('indexed_to')} FROM search_progress WHERE indexed_to < (SELECT coalesce(max(pk), 0) FROM messages)`).pluck(),
  users: sqlite.prepare<[], number>('SELECT no FROM users ORDER BY no').pluck(),
  ends: sqlite.prepare<[{ first: number, last: number }], { from: number | null, to: number | null }>(
    `SELECT (SELECT min(pk) FROM conversations WHERE pk BETWEEN :first AND :last) AS "from",
       (SELECT max(pk) FROM conversations WHERE pk BETWEEN :first AND :last) AS "to"`)
}))

/**
 * Returns the share of the conversations that are in the search index while it is made again, between 0 and 1. Returns null
 * when all are. It is an estimate from the first and last conversation of each account, so it takes 10 µs for each account.
 */
export function indexedShare (db: Db): number | null {
  const { indexedTo, users, ends } = statements(db)
  const current = indexedTo.get()
  if (current === undefined) return null
  let [done, all] = [0, 0]
  for (const no of users.all()) {
    const [first, last] = conversationKeys(no)
    const { from, to } = ends.get({ first, last }) ?? { from: null, to: null }
    if (from === null || to === null) continue
    all += to - from + 1
    done += Math.min(Math.max(current - from, 0), to - from + 1)
  }
  return all === 0 ? null : Math.floor(done / all * 100) / 100
}

/**
 * Returns the share of the conversations that a search finds, or null when it finds all. While a previous index is in use, it
 * answers for those that are not in the new one.
 */
export function foundShare (db: Db): number | null {
  return isPreviousInUse(db) ? null : indexedShare(db)
}
