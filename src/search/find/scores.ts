import type { Db } from '../../db/connection.js'
import { messageKey } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { newestMatches } from './postings.js'
import type { RankedRange, WeighedTerm } from './weights.js'
import { conversationOf, numberOf } from './weights.js'

/** Maximum distance in tokens of two terms that count as near. */
const NEAR_TOKENS = 8

/** Rarest terms whose pairs are compared. */
const MAX_PAIRED_TERMS = 4

/** Entries with near terms that are read for each pair. */
const MAX_NEAR_ENTRIES = 1500

/** Common terms, the rarest of them, that are looked up in the best candidates. */
const MAX_PROBED_TERMS = 4

/** Largest message, in bytes, that is read to compare its spelling. */
const MAX_READ_BYTES = 65_536

/**
 * Scores of the entries that have rare terms, from the index. Keys are relative to the range. Message number 0 is a
 * title.
 */
export interface EntryScores {
  /** The terms of an entry, as bits in the order of the terms. */
  bits: Map<number, number>
  /** The score of an entry for terms that are near each other. */
  near: Map<number, number>
}

/** Reads which candidates have which terms, and which have two terms near each other. */
export function scoreEntries (db: Db, terms: readonly WeighedTerm[], { firstPk, lastPk }: RankedRange): EntryScores {
  const bits = new Map<number, number>()
  const near = new Map<number, number>()
  for (const [index, { entries }] of terms.entries()) {
    for (const key of entries ?? []) bits.set(key, (bits.get(key) ?? 0) | 1 << index)
  }
  for (const { match, weight } of nearPairs(terms)) {
    for (const key of newestMatches(db, match, firstPk, lastPk, MAX_NEAR_ENTRIES)) near.set(key, (near.get(key) ?? 0) + weight)
  }
  return { bits, near }
}

/** Returns pairs of rare terms. The weight of a pair is half that of its lighter term. */
function nearPairs (terms: readonly WeighedTerm[]) {
  const rare = terms.filter(({ entries, term }) => entries && (!term.isPrefix || term.isTyped))
    .sort((a, b) => b.weight - a.weight).slice(0, MAX_PAIRED_TERMS)
  return rare.flatMap((first, index) => rare.slice(index + 1).map((second) => ({
    match: `NEAR(${first.term.phrase} ${second.term.phrase}, ${NEAR_TOKENS})`,
    weight: Math.min(first.weight, second.weight) >> 1
  })))
}

/** Returns a function that adds the weights of the terms in a set of bits. */
export function weightSum (terms: readonly WeighedTerm[]): (bits: number) => number {
  const known = new Map<number, number>()
  return (bits) => {
    const sum = known.get(bits) ?? terms.reduce((sum, { weight }, index) => sum + (bits & 1 << index ? weight : 0), 0)
    known.set(bits, sum)
    return sum
  }
}

/** Returns the common terms to look up in the best candidates. */
export function probedTerms (terms: readonly WeighedTerm[]): WeighedTerm[] {
  return terms.filter(({ entries, weight }) => !entries && weight > 0).sort((a, b) => b.weight - a.weight).slice(0, MAX_PROBED_TERMS)
}

// Raw SQL: the statement looks up a packed key. `octet_length` does not read the text.
const bodies = prepared(({ $client: sqlite }: Db) => sqlite.prepare<[{ pk: number, n: number }], string | null>(
  `SELECT iif(octet_length(body) <= ${MAX_READ_BYTES}, body, NULL) FROM messages WHERE pk = ${messageKey(':pk', ':n')}`).pluck())

/**
 * Returns a function for the bonus of a message with the score `score`. The bonus is a sixteenth of it when the user
 * wrote the message, and up to a sixteenth for terms spelled as in the search. A title gets no bonus, nor does a message
 * above `MAX_READ_BYTES`.
 */
export function readBonus (db: Db, terms: readonly WeighedTerm[], { firstPk }: RankedRange): (key: number, score: number) => number {
  const spellings = terms.filter(({ entries }) => entries).map(({ term }) => spellingOf(term.spelling, term.words))
  return (key, score) => {
    const body = numberOf(key) === 0 ? null : bodies(db).get({ pk: firstPk + conversationOf(key), n: numberOf(key) }) ?? null
    if (body === null) return 0
    const { isCreatedByUser }: { isCreatedByUser?: boolean } = JSON.parse(body)
    const text = body.normalize('NFC').toLowerCase()
    const exact = spellings.filter((spelling) => spelling.test(text)).length
    return (isCreatedByUser ? score >> 4 : 0) + Math.floor((score >> 4) * exact / Math.max(1, spellings.length))
  }
}

/** A single word matches only as a whole word. Phrases, and runs of a script without spaces, match anywhere. */
function spellingOf (spelling: string, words: readonly string[]) {
  const literal = spelling.replace(/\*$/, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return words.length === 1 ? new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{M}\\p{N}])`, 'u') : new RegExp(literal, 'u')
}
