import { conversationKeys } from '../db/keys.js'
import type { Db } from '../db/open.js'
import { prepared } from '../db/prepared.js'
import type { Term } from './query.js'

/*
 * What the index says about one term. A term's entries stand in the order of their keys, so those of one user, and those
 * of one conversation, are a range that is found without passing over the others.
 */

interface InUser { match: string, first: number, last: number }

const ofUser = 'search MATCH :match AND rowid BETWEEN :first << 18 AND (:last << 18) + 262143'
const ofConversation = 'search MATCH :match AND rowid BETWEEN :pk << 18 AND (:pk << 18) + 262143'

/** The queries by name, for the test of their plans. */
export const postingQueries = {
  count: `SELECT count(*) FROM (SELECT 1 FROM search WHERE ${ofUser} LIMIT :limit + 0)`,
  conversations: `SELECT DISTINCT rowid >> 18 FROM search WHERE ${ofUser}`,
  isIn: `SELECT 1 FROM search WHERE ${ofConversation} LIMIT 1`
}

const statements = prepared(({ $client: sqlite }: Db) => ({
  count: sqlite.prepare<[InUser & { limit: number }], number>(postingQueries.count).pluck(),
  conversations: sqlite.prepare<[InUser], number>(postingQueries.conversations).pluck(),
  isIn: sqlite.prepare<[{ match: string, pk: number }], 1>(postingQueries.isIn).pluck()
}))

/** How many of a user's titles and messages match, counted up to `limit`. */
export function countMatches (db: Db, userNo: number, match: string, limit: number): number {
  return statements(db).count.get({ ...inUser(userNo, match), limit }) ?? 0
}

/** The keys of a user's conversations in which something matches. */
export function matchingConversations (db: Db, userNo: number, { match }: Term): Set<number> {
  return new Set(statements(db).conversations.all(inUser(userNo, match)))
}

/** Whether something in the conversation matches. Never ask it of the beginning of a word: that costs all of the user's words each time. */
export function isInConversation (db: Db, pk: number, { match }: Term): boolean {
  return statements(db).isIn.get({ match, pk }) === 1
}

function inUser (userNo: number, match: string): InUser {
  const [first, last] = conversationKeys(userNo)
  return { match, first, last }
}
