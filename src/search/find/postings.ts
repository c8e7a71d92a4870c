import { conversationKey, conversationKeys, conversationOfMessage, messagesOf } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'

/*
 * What the index says about one term. A term's entries stand in the order of their keys, so those of one user, and those
 * of one conversation, are a range that is found without passing over the others.
 */

/** Conversations that stand for all of a user's: the newest. */
const RECENT = 100

/** Most words that a beginning is taken apart into. */
const WORDS = 200

/**
 * How many matches make something common: among all that a user has, or among those in the newest conversations, where
 * counting all would take as long as finding them.
 */
export interface Enough { ofAll: number, ofRecent?: number }

interface InUser { match: string, first: number, last: number }

const ofUser = `search MATCH :match AND rowid ${messagesOf(':first', ':last')}`
const ofConversation = `search MATCH :match AND rowid ${messagesOf(':pk')}`

/** The queries by name, for the test of their plans. */
export const postingQueries = {
  count: `SELECT count(*) FROM (SELECT 1 FROM search WHERE ${ofUser} LIMIT :limit + 0)`,
  conversations: `SELECT DISTINCT ${conversationOfMessage('rowid')} FROM search WHERE ${ofUser}`,
  some: `SELECT ${conversationOfMessage('rowid')} FROM search WHERE ${ofUser} LIMIT :limit + 0`,
  isIn: `SELECT 1 FROM search WHERE ${ofConversation} LIMIT 1`
}

const statements = prepared(({ $client: sqlite }: Db) => ({
  count: sqlite.prepare<[InUser & { limit: number }], number>(postingQueries.count).pluck(),
  lastConversation: sqlite.prepare<[number], number>('SELECT next_conversation - 1 FROM users WHERE no = ?').pluck(),
  conversations: sqlite.prepare<[InUser], number>(postingQueries.conversations).pluck(),
  some: sqlite.prepare<[InUser & { limit: number }], number>(postingQueries.some).pluck(),
  isIn: sqlite.prepare<[{ match: string, pk: number }], 1>(postingQueries.isIn).pluck(),
  wordFrom: sqlite.prepare<[string], string>('SELECT term FROM search_terms WHERE term >= ? LIMIT 1').pluck()
}))

/** Whether many of a user's titles and messages match. */
export function isCommon (db: Db, userNo: number, match: string, { ofAll, ofRecent }: Enough): boolean {
  const { count, lastConversation } = statements(db)
  const last = ofRecent === undefined ? 0 : lastConversation.get(userNo) ?? 0
  if (ofRecent === undefined || last <= RECENT) return count.get({ ...inUser(userNo, match), limit: ofAll }) === ofAll
  const recent = { match, first: conversationKey(userNo, last - RECENT), last: conversationKey(userNo, last) }
  return count.get({ ...recent, limit: ofRecent }) === ofRecent
}

/**
 * The words in the index that begin so, each as `match` of its own, or null when there are too many. FTS5 reads all
 * entries of all words with a beginning before it answers anything about one of them, and those of a word as needed.
 */
export function wordsBeginning (db: Db, beginning: string): string[] | null {
  const { wordFrom } = statements(db)
  const matches: string[] = []
  for (let word = wordFrom.get(beginning); word?.startsWith(beginning); word = wordFrom.get(`${word}\u0001`)) {
    if (matches.length === WORDS) return null
    matches.push(`"${word}"`)
  }
  return matches
}

/** The keys of a user's conversations in which something matches. */
export function matchingConversations (db: Db, userNo: number, match: string): Set<number> {
  return new Set(statements(db).conversations.all(inUser(userNo, match)))
}

/** The same, with a conversation as often as it matches; null for so many matches or more. */
export function fewMatches (db: Db, userNo: number, match: string, limit: number): number[] | null {
  const found = statements(db).some.all({ ...inUser(userNo, match), limit })
  return found.length < limit ? found : null
}

/** Whether something in the conversation matches. Never ask it of the beginning of a word: that costs all of the user's words each time. */
export function isInConversation (db: Db, pk: number, match: string): boolean {
  return statements(db).isIn.get({ match, pk }) === 1
}

function inUser (userNo: number, match: string): InUser {
  const [first, last] = conversationKeys(userNo)
  return { match, first, last }
}
