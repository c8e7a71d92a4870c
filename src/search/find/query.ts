import { DomainError } from '../../errors.js'
import { cut, userMark } from '../index/tokenizer.js'

/** Most terms of one search. */
export const MAX_TERMS = 16

/** Fewest letters before `*`; with fewer the star is text like any other. */
const MIN_PREFIX = 4

/** A word, a phrase, or the beginning of a word. */
export interface Term {
  /** Its words, as the text is cut; the last is only the beginning of one if `isPrefix`. */
  words: string[]
  isPrefix: boolean
  /** What the user's words in the index begin with, where the term is the beginning of a word and no more. */
  beginning: string | null
  /** The same for `MATCH` of the user's entries in the index (sqlite.org/fts5.html, "Full-text Query Syntax"). */
  match: string
}

/** What is searched for: all of `required` and none of `excluded`; nothing at all has both empty. */
export interface Search { required: Term[], excluded: Term[] }

/** `"phrase"` or anything without space, each with one `-` in front or not. A quote that is never closed is text. */
const piece = /(?<minus>-(?=[^\s-]))?(?:"(?<phrase>[^"]*)"|(?<word>\S+))/g

/**
 * Reads a search as its user wrote it: words, `"phrases"`, `beginnings*`, and any of them excluded by `-`. Everything else
 * is literal text, so nothing is ever malformed. Null when it is blank, which is no search.
 * @throws {DomainError} INVALID for more than `MAX_TERMS` terms.
 */
export function readSearch (search: string, userNo: number): Search | null {
  if (search.trim() === '') return null
  const mark = userMark(userNo)
  const required = new Map<string, Term>()
  const excluded = new Map<string, Term>()
  for (const { groups = {} } of search.matchAll(piece)) {
    const { minus, phrase, word = '' } = groups
    const term = phrase === undefined ? readWord(word, mark) : termOf(phrase, false, mark)
    if (term.words.length > 0) (minus ? excluded : required).set(term.match, term)
  }
  if (required.size + excluded.size > MAX_TERMS) {
    throw new DomainError('INVALID', `Search for at most ${MAX_TERMS} words at once`, 'search')
  }
  return { required: [...required.values()], excluded: [...excluded.values()] }
}

function readWord (text: string, mark: string): Term {
  const last = cut(text).at(-1) ?? ''
  return termOf(text, text.endsWith('*') && [...last].length >= MIN_PREFIX, mark)
}

function termOf (text: string, isPrefix: boolean, mark: string): Term {
  const words = cut(text)
  // The words hold no quote, so nothing in them can end the string.
  const match = `"${words.map((word) => mark + word).join(' ')}"${isPrefix ? ' *' : ''}`
  return { words, isPrefix, beginning: isPrefix && words.length === 1 ? mark + words.join('') : null, match }
}
