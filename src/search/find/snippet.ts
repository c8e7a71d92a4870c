import { locateWords } from '../index/tokenizer.js'
import type { Term } from './query.js'

/** Longest snippet, in characters, its marks and escapes not counted. */
export const MAX_SNIPPET = 240

/** Characters of a message that are looked through; a match further on is found, but not shown. */
const SEEN = 65_536

/** Characters that a reader sees around the place where most terms meet. */
const REACH = MAX_SNIPPET - 2

interface Match { start: number, end: number, term: Term }

/**
 * Some HTML around the place where the texts have most of the terms together: their words in `<mark>`, everything else
 * escaped, cut between words and with an ellipsis where it is cut.
 */
export function snippet (texts: readonly string[], terms: readonly Term[]): string {
  let best: { text: string, matches: Match[], place: Match[] } = { text: texts[0] ?? '', matches: [], place: [] }
  for (const text of texts) {
    const matches = findMatches(text.slice(0, SEEN), terms)
    const place = densest(matches)
    if (countTerms(place) > countTerms(best.place)) best = { text, matches, place }
  }
  const [start, end] = bounds(best.text, best.place)
  return (start > 0 ? '…' : '') + marked(best.text, start, end, best.matches) + (end < best.text.length ? '…' : '')
}

/** Every place of every term, in the order of the text. */
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

/** The matches within a snippet's reach that have most different terms, and of several such the first. */
function densest (matches: Match[]): Match[] {
  const within = new Map<Term, number>()
  let [from, to, most, next] = [0, 0, 0, 0]
  for (const [index, first] of matches.entries()) {
    for (let match = matches[next]; match && (next === index || match.end - first.start <= REACH); match = matches[++next]) {
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

/** Where to cut, so that the place is in the middle and no word is cut that a space could save. */
function bounds (text: string, place: Match[]): [start: number, end: number] {
  const from = place[0]?.start ?? 0
  const to = Math.min(Math.max(from, ...place.map(({ end }) => end)), from + REACH)
  const room = REACH - (to - from)
  const latest = Math.max(0, text.length - REACH)
  const start = Math.min(Math.max(0, from - Math.floor(room / 2)), latest, from)
  return [startOfWord(text, start, from), endOfWord(text, start + REACH, to)]
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

/** Moves out of the middle of a surrogate pair. */
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
