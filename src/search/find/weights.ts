import type { Db } from '../../db/connection.js'
import { MESSAGE_BITS } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { newestMatches } from './postings.js'
import type { Term } from './query.js'

/*
 * Ranking weighs each term by its inverse document frequency among the user's own entries. The entries of rare terms are
 * the candidates. Common terms, such as the stop words of a question, are only looked up in the best candidates.
 */

/** Entries of one term that are read. A term with more is common. Its frequency is estimated from the newest ones. */
const MAX_ENTRIES_PER_TERM = 1500

/** Entries of all terms together that become candidates. Those of the rarest term always do. */
const MAX_CANDIDATES = 4000

/** Weight units of one bit of information. Weights are integers, so that a cursor holds them exactly. */
const STEPS_PER_BIT = 16

/** Conversations whose messages are ranked. Keys of entries are relative to the first one (`postings.ts`). */
export interface RankedRange { userNo: number, firstPk: number, lastPk: number }

/** A term and its weight. */
export interface WeighedTerm {
  term: Term
  weight: number
  /** Its newest entries. Null for a term that adds no candidates. */
  entries: number[] | null
}

/** The weights in the order of the terms, and which terms add candidates. All pages of one ranking share them. */
export interface Weights { weights: number[], choosing: boolean[] }

// Raw SQL for the sum over a few rows.
const sizes = prepared(({ $client: sqlite }: Db) => ({
  entries: sqlite.prepare<[number], number>('SELECT coalesce(sum(messages + conversations), 0) FROM partitions WHERE user_no = ? AND state = \'live\'').pluck(),
  conversations: sqlite.prepare<[number], number>('SELECT next_conversation - 1 FROM users WHERE no = ?').pluck()
}))

/** Weighs terms by their frequency, or uses the weights of an earlier page of the same ranking. */
export function weighTerms (db: Db, terms: readonly Term[], range: RankedRange, matchOf: (term: Term) => string, known: Weights | null): WeighedTerm[] {
  const read = (term: Term) => newestMatches(db, matchOf(term), range.firstPk, range.lastPk, MAX_ENTRIES_PER_TERM)
  if (known) {
    return terms.map((term, index) => ({ term, weight: known.weights[index] ?? 0, entries: known.choosing[index] ? read(term) : null }))
  }
  const total = (sizes(db).entries.get(range.userNo) ?? 0) + 1
  const weighed = terms.map((term) => {
    const entries = read(term)
    return { term, weight: weightOf(frequency(db, range, entries), total), entries }
  })
  let room = MAX_CANDIDATES
  for (const one of [...weighed].sort((a, b) => b.weight - a.weight)) {
    const isChoosing = one.weight > 0 && (room === MAX_CANDIDATES || one.entries.length <= room)
    if (isChoosing) room -= one.entries.length
    else Object.assign(one, { entries: null })
  }
  return weighed
}

/** Returns the weights for the next page. */
export function weightsOf (terms: readonly WeighedTerm[]): Weights {
  return { weights: terms.map(({ weight }) => weight), choosing: terms.map(({ entries }) => entries !== null) }
}

/**
 * Returns how many entries a term has. From `MAX_ENTRIES_PER_TERM` on it is estimated, as if older conversations had as
 * many as the newest.
 */
function frequency (db: Db, { userNo, firstPk, lastPk }: RankedRange, entries: readonly number[]) {
  const oldest = entries.at(-1)
  if (oldest === undefined || entries.length < MAX_ENTRIES_PER_TERM || firstPk === lastPk) return entries.length
  const conversations = sizes(db).conversations.get(userNo) ?? 0
  const read = conversations - conversationOf(oldest) + 1
  return entries.length * conversations / Math.max(1, read)
}

function weightOf (frequency: number, total: number) {
  return frequency === 0 ? 0 : Math.max(1, Math.round(STEPS_PER_BIT * Math.log2(total / frequency)))
}

/** Keys of one conversation, see `db/keys.ts`. */
const KEYS_OF_CONVERSATION = 2 ** MESSAGE_BITS

/** Returns the conversation of a relative key, as its distance from the first. */
export function conversationOf (key: number): number {
  return Math.floor(key / KEYS_OF_CONVERSATION)
}

/** Returns the message number of a relative key. */
export function numberOf (key: number): number {
  return key % KEYS_OF_CONVERSATION
}

/** Returns the relative key of a message. */
export function relativeKey (conversation: number, n: number): number {
  return conversation * KEYS_OF_CONVERSATION + n
}
