import { messageKey } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { readBody } from '../../messages/body.js'
import { messageTexts } from '../index/texts.js'
import { expressionOf, newestMatches } from './postings.js'
import type { Term } from './query.js'
import { snippet } from './snippet.js'

/** Latest entries of one conversation that are compared for each term. */
const MAX_ENTRIES_PER_TERM = 100

/** The best match in a conversation and a snippet of it. `messageId` is null for its title. */
export interface RowMatch { messageId: string | null, snippet: string }

// Raw SQL: the statements look up packed keys.
const statements = prepared(({ $client: sqlite }: Db) => ({
  message: sqlite.prepare<[{ pk: number, n: number }], { messageId: string, body: string }>(
    `SELECT message_id AS messageId, body FROM messages WHERE pk = ${messageKey(':pk', ':n')}`),
  title: sqlite.prepare<[number], string>('SELECT title FROM conversations WHERE pk = ?').pluck()
}))

/** Returns the message of a conversation that has most of the terms. Among several it returns the latest. */
export function matchInConversation (db: Db, pk: number, terms: readonly Term[]): RowMatch {
  const counts = new Map<number, number>()
  for (const term of terms) {
    for (const n of newestMatches(db, expressionOf(db, term), pk, pk, MAX_ENTRIES_PER_TERM)) counts.set(n, (counts.get(n) ?? 0) + 1)
  }
  const [best] = [...counts].filter(([n]) => n > 0).sort(([a, ofA], [b, ofB]) => ofB - ofA || b - a)
  const message = best && statements(db).message.get({ pk, n: best[0] })
  if (!message) return { messageId: null, snippet: snippet([statements(db).title.get(pk) ?? ''], terms) }
  return { messageId: message.messageId, snippet: snippet(messageTexts(readBody(message.body)), terms) }
}
