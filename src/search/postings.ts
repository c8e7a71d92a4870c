import { conversationKey, conversationKeys } from '../db/keys.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import type { Term } from './query.js'

/*
 * What the index says about one term. A term's entries stand in the order of their keys, so those of one user, and those
 * of one conversation, are a range that is found without passing over the others.
 */

/** Conversations that stand for all of a user's: the newest. */
const RECENT = 100

/** What is looked for; a phrase is several words that must stand side by side. */
export type Sought = Pick<Term, 'match' | 'isPhrase'>

/** How many matches make something common: among all that a user has, and in the newest conversations for a phrase. */
export interface Enough { ofAll: number, ofRecent: number }

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
  lastConversation: sqlite.prepare<[number], number>('SELECT next_conversation - 1 FROM users WHERE no = ?').pluck(),
  conversations: sqlite.prepare<[InUser], number>(postingQueries.conversations).pluck(),
  isIn: sqlite.prepare<[{ match: string, pk: number }], 1>(postingQueries.isIn).pluck()
}))

/**
 * Whether many of a user's titles and messages match. To count those of a phrase takes as long as to find them all,
 * because its words may be everywhere and yet seldom adjacent: the newest conversations stand for the others.
 */
export function isCommon (db: Db, userNo: number, { match, isPhrase }: Sought, { ofAll, ofRecent }: Enough): boolean {
  const { count, lastConversation } = statements(db)
  const last = isPhrase ? lastConversation.get(userNo) ?? 0 : 0
  if (last <= RECENT) return count.get({ ...inUser(userNo, match), limit: ofAll }) === ofAll
  const recent = { match, first: conversationKey(userNo, last - RECENT), last: conversationKey(userNo, last) }
  return count.get({ ...recent, limit: ofRecent }) === ofRecent
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
