import { conversationKey, conversationKeys, conversationOfMessage, messageKey, messagesOf, numberOfMessage } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import type { Term } from './query.js'
import { type IndexSql, preparedForIndex } from './sources.js'

/*
 * The posting list of a term has the entries that contain it, in the order of their packed keys. The entries of one user
 * are one range of rowids, and so are those of one conversation. FTS5 seeks such a range.
 *
 * Raw SQL: FTS5 and its virtual tables have no Drizzle counterpart.
 */

/** Newest conversations in the sample that estimates how common a term is. */
const SAMPLE_CONVERSATIONS = 100

/** A prefix with more words is not expanded. */
const MAX_WORDS_OF_PREFIX = 200

/** Words that a prefix stands for while it is typed. A scan of more would take too long for a search at every keystroke. */
const MAX_TYPED_WORDS = 100

/**
 * The number of matches that makes a term common. `inRecent` counts in the newest conversations only. It is for terms
 * for which counting all matches takes as long as finding them.
 */
export interface CommonAbove { inAll: number, inRecent?: number }

interface UserMatch { match: string, first: number, last: number }

/** Returns the queries by name. Exported for the test of their query plans. */
export function postingQueries ({ entries }: IndexSql) {
  const inUser = entries(messagesOf(':first', ':last'))
  return {
    count: `SELECT count(*) FROM (SELECT 1 FROM ${inUser} LIMIT :limit + 0)`,
    conversations: `SELECT DISTINCT ${conversationOfMessage('rowid')} FROM ${inUser}`,
    some: `SELECT ${conversationOfMessage('rowid')} FROM ${inUser} LIMIT :limit + 0`,
    newest: `SELECT ${messageKey(`${conversationOfMessage('rowid')} - :first`, numberOfMessage('rowid'))} FROM ${inUser}
      ORDER BY rowid DESC LIMIT :limit + 0`,
    isIn: `SELECT 1 FROM ${entries(messagesOf(':pk'))} LIMIT 1`
  }
}

/** Returns the query that looks up single entries. Exported for the test of its query plan. */
export function amongKeys ({ all }: IndexSql): string {
  return all((table, isCurrent) => `SELECT key.value FROM json_each(:keys) key CROSS JOIN ${table}
    WHERE ${table} MATCH :match AND ${table}.rowid = ${messageKey(':first', '0')} + key.value ${isCurrent}`)
}

const statements = preparedForIndex(({ $client: sqlite }, sql) => {
  const { count, conversations, some, newest, isIn } = postingQueries(sql)
  return {
    count: sqlite.prepare<[UserMatch & { limit: number }], number>(count).pluck(),
    lastConversation: sqlite.prepare<[number], number>('SELECT next_conversation - 1 FROM users WHERE no = ?').pluck(),
    conversations: sqlite.prepare<[UserMatch], number>(conversations).pluck(),
    some: sqlite.prepare<[UserMatch & { limit: number }], number>(some).pluck(),
    newest: sqlite.prepare<[UserMatch & { limit: number }], number>(newest).pluck(),
    among: sqlite.prepare<[{ keys: string, match: string, first: number }], number>(amongKeys(sql)).pluck(),
    isIn: sqlite.prepare<[{ match: string, pk: number }], 1>(isIn).pluck(),
    wordFrom: sqlite.prepare<[{ word: string }], string | null>(sql.wordFrom).pluck()
  }
})

/** Whether a user's titles and messages have at least this many matches, counted or estimated from the sample. */
export function isCommon (db: Db, userNo: number, match: string, { inAll, inRecent }: CommonAbove): boolean {
  const { count, lastConversation } = statements(db)
  const last = inRecent === undefined ? 0 : lastConversation.get(userNo) ?? 0
  if (inRecent === undefined || last <= SAMPLE_CONVERSATIONS) return count.get({ ...matchOfUser(userNo, match), limit: inAll }) === inAll
  const recent = { match, first: conversationKey(userNo, last - SAMPLE_CONVERSATIONS), last: conversationKey(userNo, last) }
  return count.get({ ...recent, limit: inRecent }) === inRecent
}

/**
 * Returns the indexed words with the prefix of a term, each as a `MATCH` expression, or null when there are too many.
 * For a prefix, FTS5 reads all entries of all its words before it returns the first. For a single word it reads entries
 * as needed. A prefix that is being typed stands for its first words in alphabetical order.
 */
export function wordsWithPrefix (db: Db, { prefix, isTyped, facets }: Term): string[] | null {
  if (prefix === null) return null
  const { wordFrom } = statements(db)
  const matches: string[] = []
  for (let word = wordFrom.get({ word: prefix }); word?.startsWith(prefix); word = wordFrom.get({ word: `${word}\u0001` })) {
    if (isTyped && matches.length === MAX_TYPED_WORDS) break
    if (matches.length === MAX_WORDS_OF_PREFIX) return null
    matches.push(facets === '' ? `"${word}"` : `("${word}"${facets})`)
  }
  return matches
}

/** Returns the `MATCH` expression that probes one entry for a term. Null for a prefix with no word or too many. */
export function probeExpression (db: Db, term: Term): string | null {
  if (!term.isPrefix) return term.match
  const words = wordsWithPrefix(db, term)
  return words?.length ? `(${words.join(' OR ')})` : null
}

/**
 * Returns the `MATCH` expression of a term. A prefix that is being typed is expanded, because it stands for its first
 * words only.
 */
export function expressionOf (db: Db, term: Term): string {
  return term.isTyped ? probeExpression(db, term) ?? term.match : term.match
}

/** Returns the keys of a user's conversations that have a match. The time is proportional to the matches. */
export function matchingConversations (db: Db, userNo: number, match: string): Set<number> {
  return new Set(statements(db).conversations.all(matchOfUser(userNo, match)))
}

/** Returns the conversation key of each match, with duplicates, or null for `limit` matches or more. */
export function fewMatches (db: Db, userNo: number, match: string, limit: number): number[] | null {
  const found = statements(db).some.all({ ...matchOfUser(userNo, match), limit })
  return found.length < limit ? found : null
}

/**
 * Returns the matches with the highest keys in the conversations from `first` to `last`. They are message keys relative
 * to `first`. Message number 0 is the title.
 */
export function newestMatches (db: Db, match: string, first: number, last: number, limit: number): number[] {
  return statements(db).newest.all({ match, first, last, limit })
}

/** Returns the keys that match. Keys are relative to the conversation `first`. */
export function matchesAmong (db: Db, match: string, first: number, keys: readonly number[]): Set<number> {
  return new Set(statements(db).among.all({ keys: JSON.stringify(keys), match, first }))
}

/** Whether the conversation has a match. Do not pass a prefix: FTS5 would read all of the user's entries each time. */
export function isInConversation (db: Db, pk: number, match: string): boolean {
  return statements(db).isIn.get({ match, pk }) === 1
}

function matchOfUser (userNo: number, match: string): UserMatch {
  const [first, last] = conversationKeys(userNo)
  return { match, first, last }
}
