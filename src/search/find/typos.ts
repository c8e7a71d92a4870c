import { conversationKeys } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { termPrefix, tokenize } from '../index/tokenizer.js'
import { newestMatches } from './postings.js'
import { piece } from './query.js'
import { preparedForIndex } from './sources.js'

/*
 * Forgiveness for typos. When a search finds nothing, each of its words that the user's index does not have is replaced by
 * a word of the index that differs by one letter: one added, missing, changed, or two exchanged.
 */

/** Letters that a word needs to be corrected. Shorter ones are near too many others. */
const MIN_LETTERS = 5

/** Words of the index that are looked up for one search, in about 10 µs each. */
const MAX_LOOKUPS = 2000

/** Entries of a word that are counted, to choose the most frequent of several. */
const MAX_COUNTED_ENTRIES = 100

// Raw SQL: the vocabulary of FTS5.
const wordFrom = preparedForIndex(({ $client: sqlite }, sql) => sqlite.prepare<[{ word: string }], string | null>(sql.wordFrom).pluck())

/** Returns the search with its misspelled words replaced. Null when there are none, or none is near a word of the index. */
export function correctTypos (db: Db, userNo: number, search: string): string | null {
  const lookups = { left: MAX_LOOKUPS }
  const corrected = search.replace(piece, (text: string, ...rest: unknown[]) => {
    const { minus, word = '' } = rest.at(-1) as { minus?: string, word?: string }
    const [token = '', ...more] = tokenize(word)
    const isWord = !minus && more.length === 0 && /^[\p{L}\p{M}]+$/u.test(token) && [...token].length >= MIN_LETTERS
    return isWord && !word.endsWith('*') ? correctWord(db, userNo, token, lookups) ?? text : text
  })
  return corrected === search ? null : corrected
}

/** Returns the most frequent word that is near to one the index does not have. Among equals it returns the first. */
function correctWord (db: Db, userNo: number, word: string, lookups: { left: number }): string | null {
  const prefix = termPrefix(userNo)
  if (wordFrom(db).get({ word: prefix + word })?.startsWith(prefix + word)) return null
  const [first, last] = conversationKeys(userNo)
  const counts = nearWords(db, prefix, word, lookups)
    .map((near) => ({ near, count: newestMatches(db, `"${prefix}${near}"`, first, last, MAX_COUNTED_ENTRIES).length }))
  return counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)[0]?.near ?? null
}

/** Above every character in UTF-8, which is the order of the index. */
const LAST_CHARACTER = '\u{10ffff}'

/** Returns the words of the index at a distance of one. Skips the words whose beginning is already too far. */
function nearWords (db: Db, prefix: string, word: string, lookups: { left: number }): string[] {
  const found: string[] = []
  const wanted = [...word]
  for (let from = prefix; lookups.left > 0;) {
    lookups.left--
    const term = wordFrom(db).get({ word: from })
    if (!term?.startsWith(prefix)) break
    const letters = [...term.slice(prefix.length)]
    const { distance, farFrom } = compare(wanted, letters)
    if (distance === 1) found.push(letters.join(''))
    from = farFrom === null ? `${term}\u0001` : prefix + letters.slice(0, farFrom).join('') + LAST_CHARACTER
  }
  return found
}

/**
 * Returns the distance of two words in changed, added, missing and exchanged letters. `farFrom` is the length of the
 * shortest beginning of `letters` that no end brings within a distance of one, or null.
 */
function compare (wanted: readonly string[], letters: readonly string[]): { distance: number, farFrom: number | null } {
  let before: number[] = []
  let row = Array.from({ length: wanted.length + 1 }, (_, index) => index)
  for (const [index, letter] of letters.entries()) {
    const next = [index + 1]
    for (const [at, other] of wanted.entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1)
      const isExchanged = index > 0 && at > 0 && letter === wanted[at - 1] && letters[index - 1] === other
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1, isExchanged ? (before[at - 1] ?? 0) + 1 : Infinity))
    }
    if (Math.min(...next) > 1) return { distance: Infinity, farFrom: index + 1 }
    before = row
    row = next
  }
  return { distance: row.at(-1) ?? 0, farFrom: null }
}
