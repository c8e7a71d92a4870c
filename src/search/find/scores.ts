import type { Db } from '../../db/connection.js'
import { messageKey } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { newestMatches } from './postings.js'
import type { RankedRange, WeighedTerm } from './weights.js'
import { conversationOf, numberOf } from './weights.js'

/** Tokens between two terms that count as near. */
const NEAR_TOKENS = 8

/** The rarest terms, of which every pair is compared. */
const MAX_PAIRED_TERMS = 4

/** Pairs that are near each other, read for each pair. */
const MAX_NEAR_ENTRIES = 1500

/** Common terms that are looked for among the best candidates: the rarest of them. */
const MAX_PROBED_TERMS = 4

/** Bytes of a message that is read to compare its spelling. */
const MAX_READ_BYTES = 65_536

/** What the index says of the entries that have rare terms. Keys are relative to the range, 0 stands for a title. */
export interface EntryScores {
  /** Which terms an entry has, as bits in their order. */
  bits: Map<number, number>
  /** What its terms count for being near each other. */
  near: Map<number, number>
}

/** Reads which candidates have which terms, and where two of them are near each other. */
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

/** Pairs of rare terms. Each counts half of its lighter term. */
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

/** Returns the common terms to look for among the best candidates. */
export function probedTerms (terms: readonly WeighedTerm[]): WeighedTerm[] {
  return terms.filter(({ entries, weight }) => !entries && weight > 0).sort((a, b) => b.weight - a.weight).slice(0, MAX_PROBED_TERMS)
}

// Raw SQL: it looks up a packed key. `octet_length` does not read the text.
const bodies = prepared(({ $client: sqlite }: Db) => sqlite.prepare<[{ pk: number, n: number }], string | null>(
  `SELECT iif(octet_length(body) <= ${MAX_READ_BYTES}, body, NULL) FROM messages WHERE pk = ${messageKey(':pk', ':n')}`).pluck())

/**
 * Returns what a message counts beside its terms, for a score of `score`: a sixteenth when the caller wrote it, and up to a
 * sixteenth for terms that are spelled as in the search. Nothing for a title, and for a message above `MAX_READ_BYTES`.
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

/** A single word must stand alone. Runs of a script without spaces, and phrases, are looked for as they are. */
function spellingOf (spelling: string, words: readonly string[]) {
  const literal = spelling.replace(/\*$/, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return words.length === 1 ? new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{M}\\p{N}])`, 'u') : new RegExp(literal, 'u')
}
