import { fold } from '../index/folding.js'
import { graphemeEnd, graphemeStart, locateWords } from '../index/locate.js'
import type { Term } from './query.js'

/** Longest snippet in UTF-16 units. Tags and escapes are not counted. */
export const MAX_SNIPPET_LENGTH = 240

/** UTF-16 units of the excerpt, which is the snippet without the ellipses at both ends. */
const EXCERPT_LENGTH = MAX_SNIPPET_LENGTH - 2

/** UTF-16 units of a text that are searched for the terms at once. Pieces overlap, so a place at a border is seen whole. */
const PIECE_LENGTH = 4096
const OVERLAP = 2 * EXCERPT_LENGTH

/** Pieces with matches that are compared. They take up to 5 ms each. */
const MAX_COMPARED_PIECES = 16

interface Match { start: number, end: number, term: Term }

/** Matches that fit into one excerpt of a text. */
interface Place { text: string, matches: Match[] }

/**
 * Returns an excerpt as HTML, around the place with most of the terms. Of a text with very many matches the first ones
 * are compared. Matches are in `<mark>`. Everything else is escaped. The text is cut between words, with an ellipsis at
 * each cut. Cuts and marks do not split a grapheme.
 */
export function snippet (texts: readonly string[], terms: readonly Term[]): string {
  const { text, matches } = bestPlace(texts, terms)
  const [start, end] = bounds(text, matches)
  const from = graphemeStart(text, start - OVERLAP)
  const shown = findMatches(text.slice(from, graphemeStart(text, end + OVERLAP)), terms, from)
  return (start > 0 ? '…' : '') + marked(text, start, end, shown) + (end < text.length ? '…' : '')
}

/** Returns the first place with most of the terms. Without a match it is the beginning of the first text. */
function bestPlace (texts: readonly string[], terms: readonly Term[]): Place {
  let best: Place = { text: texts[0] ?? '', matches: [] }
  let left = MAX_COMPARED_PIECES
  for (const text of texts) {
    for (const [piece, start] of pieces(text)) {
      if (!canMatch(piece, terms)) continue
      const matches = densestMatches(findMatches(piece, terms, start))
      if (countTerms(matches) > countTerms(best.matches)) best = { text, matches }
      if (matches.length > 0) left--
      if (left === 0 || countTerms(best.matches) === terms.length) return best
    }
  }
  return best
}

/** Yields the pieces of a text and where they start. They start and end between graphemes, at a space where possible. */
function * pieces (text: string): Generator<[piece: string, start: number], void, void> {
  for (let start = 0, next = 0; start < text.length; start = next) {
    next = cut(text, start + PIECE_LENGTH, start)
    yield [text.slice(start, cut(text, next + OVERLAP, next)), start]
  }
}

/** Returns where to cut a text at an index or shortly before, but after `limit`. */
function cut (text: string, index: number, limit: number) {
  if (index >= text.length) return text.length
  const space = text.slice(Math.max(limit + 1, index - OVERLAP), index).search(/\s\S*$/)
  const found = graphemeStart(text, space === -1 ? index : Math.max(limit + 1, index - OVERLAP) + space)
  return found > limit ? found : index
}

/** What can stand within a word of several parts, between its letters. */
const BETWEEN_PARTS = /[\s'’*,.\-‐]+/g

/** Whether a piece can have all words of a term. Finds out quickly that most pieces cannot. */
function canMatch (piece: string, terms: readonly Term[]) {
  const letters = fold(piece).replace(BETWEEN_PARTS, '')
  return terms.some(({ words, joined }) => words.every((word) => letters.includes(word)) || (joined !== null && letters.includes(joined)))
}

/** Returns every match of every term in the order of the text. Places are counted from `offset`. */
function findMatches (text: string, terms: readonly Term[], offset: number): Match[] {
  const wanted = terms.flatMap((term) => [{ term, words: term.words }, ...term.joined === null ? [] : [{ term, words: [term.joined] }]])
  const matches = locateWords(text).flatMap((found) => found.flatMap(({ start }, index) => wanted.flatMap(({ term, words }) => {
    const last = found[index + words.length - 1]
    return last && isAt(words, term.isPrefix, found, index) ? [{ start: start + offset, end: last.end + offset, term }] : []
  })))
  return matches.sort((a, b) => a.start - b.start || b.end - a.end)
}

function isAt (wanted: readonly string[], isPrefix: boolean, words: Array<{ word: string }>, index: number) {
  return wanted.every((word, offset) => {
    const found = words[index + offset]?.word ?? ''
    return isPrefix && offset === wanted.length - 1 ? found.startsWith(word) : found === word
  })
}

/** Returns the first group of matches within `EXCERPT_LENGTH` that has the most distinct terms. Uses a sliding window. */
function densestMatches (matches: Match[]): Match[] {
  const within = new Map<Term, number>()
  let [from, to, most, next] = [0, 0, 0, 0]
  for (const [index, first] of matches.entries()) {
    for (let match = matches[next]; match && (next === index || match.end - first.start <= EXCERPT_LENGTH); match = matches[++next]) {
      within.set(match.term, (within.get(match.term) ?? 0) + 1)
    }
    if (within.size > most) [from, to, most] = [index, next, within.size]
    const left = (within.get(first.term) ?? 0) - 1
    if (left === 0) within.delete(first.term)
    else within.set(first.term, left)
  }
  return matches.slice(from, to)
}

function countTerms (matches: Match[]) {
  return new Set(matches.map(({ term }) => term)).size
}

/** Returns the bounds of the excerpt, with the matches in the middle. It cuts at spaces where possible. */
function bounds (text: string, place: Match[]): [start: number, end: number] {
  const from = place[0]?.start ?? 0
  const to = Math.min(Math.max(from, ...place.map(({ end }) => end)), from + EXCERPT_LENGTH)
  const room = EXCERPT_LENGTH - (to - from)
  const latest = Math.max(0, text.length - EXCERPT_LENGTH)
  const start = startOfWord(text, Math.min(Math.max(0, from - Math.floor(room / 2)), latest, from), from)
  return [start, endOfWord(text, start + EXCERPT_LENGTH, Math.max(start, to), start)]
}

function startOfWord (text: string, start: number, limit: number) {
  if (start === 0) return 0
  const space = text.slice(start - 1, limit).search(/\s\S/)
  return Math.min(limit, graphemeEnd(text, space === -1 ? start : start + space))
}

function endOfWord (text: string, end: number, limit: number, start: number) {
  if (end >= text.length) return text.length
  const space = text.slice(limit, end + 1).search(/\s\S*$/)
  const found = graphemeStart(text, space === -1 ? end : limit + space)
  // Only a grapheme that is longer than the excerpt is split.
  return found > start ? found : end
}

function marked (text: string, start: number, end: number, matches: Match[]) {
  let html = ''
  let done = start
  for (const match of matches) {
    const from = Math.max(match.start, done)
    const to = Math.min(match.end, end)
    if (from >= to) continue
    html += `${escaped(text.slice(done, from))}<mark>${escaped(text.slice(from, to))}</mark>`
    done = to
  }
  return html + escaped(text.slice(done, end))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

function escaped (text: string) {
  return text.replace(/\s+/g, ' ').replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
