import { locateWords } from '../index/tokenizer.js'
import type { Term } from './query.js'

/** Longest snippet in UTF-16 units. Tags and escapes are not counted. */
export const MAX_SNIPPET_LENGTH = 240

/**
 * UTF-16 units of the texts of a message that are scanned, which takes up to 70 ms. The search finds a later match, but
 * the snippet does not show it.
 */
const MAX_SCANNED_LENGTH = 32_768

/** UTF-16 units of the excerpt, which is the snippet without the ellipses at both ends. */
const EXCERPT_LENGTH = MAX_SNIPPET_LENGTH - 2

interface Match { start: number, end: number, term: Term }

/**
 * Returns an excerpt as HTML, around the place with most of the terms. Matches are in `<mark>`. Everything else is
 * escaped. The text is cut between words, with an ellipsis at each cut.
 */
export function snippet (texts: readonly string[], terms: readonly Term[]): string {
  let best: { text: string, matches: Match[], place: Match[] } = { text: texts[0] ?? '', matches: [], place: [] }
  let left = MAX_SCANNED_LENGTH
  for (const text of texts) {
    const matches = findMatches(text.slice(0, left), terms)
    left -= Math.min(left, text.length)
    const place = densestMatches(matches)
    if (countTerms(place) > countTerms(best.place)) best = { text, matches, place }
    if (left === 0 || countTerms(best.place) === terms.length) break
  }
  const [start, end] = bounds(best.text, best.place)
  return (start > 0 ? '…' : '') + marked(best.text, start, end, best.matches) + (end < best.text.length ? '…' : '')
}

/** Returns every match of every term, in the order of the text. */
function findMatches (text: string, terms: readonly Term[]): Match[] {
  const words = [...locateWords(text)]
  return words.flatMap(({ start }, index) => terms.flatMap((term) => {
    const last = words[index + term.words.length - 1]
    return last && isAt(term, words, index) ? [{ start, end: last.end, term }] : []
  }))
}

function isAt ({ words: wanted, isPrefix }: Term, words: Array<{ word: string }>, index: number) {
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
  const start = Math.min(Math.max(0, from - Math.floor(room / 2)), latest, from)
  return [startOfWord(text, start, from), endOfWord(text, start + EXCERPT_LENGTH, to)]
}

function startOfWord (text: string, start: number, limit: number) {
  if (start === 0) return 0
  const space = text.slice(start - 1, limit).search(/\s\S/)
  return space === -1 ? wholeCharacter(text, start) : start + space
}

function endOfWord (text: string, end: number, limit: number) {
  if (end >= text.length) return text.length
  const space = text.slice(limit, end + 1).search(/\s\S*$/)
  return space === -1 ? wholeCharacter(text, end) : limit + space
}

/** Moves an index from the middle of a surrogate pair to its start. */
function wholeCharacter (text: string, index: number) {
  return /^[\uDC00-\uDFFF]/.test(text.slice(index, index + 1)) ? index - 1 : index
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
