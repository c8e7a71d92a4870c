import { DomainError } from '../../errors.js'
import { MAX_SEARCH_LENGTH } from '../../paging/search.js'
import { termPrefix, tokenize } from '../index/tokenizer.js'

/** Terms of one search. */
export const MAX_TERMS = 16

/**
 * Tokens of one search, after normalization: a script without spaces has one for each character, and one character can become many.
 * A phrase costs as much as its tokens are common, so a longer one could hold up other requests.
 */
export const MAX_TOKENS = 64

/** Letters a prefix needs before its `*`. With fewer the star is literal text. */
const MIN_PREFIX_LETTERS = 4

/** A word, a phrase, or a prefix. */
export interface Term {
  /** Its tokens. The last is a prefix if `isPrefix`. */
  words: string[]
  isPrefix: boolean
  /** The prefix as the index has it, with the user's `termPrefix`. Null unless the term is a prefix of one word. */
  prefix: string | null
  /** As it was typed, in lower case. */
  spelling: string
  /** The term as a `MATCH` expression for the user's entries (sqlite.org/fts5.html, "Full-text Query Syntax"). */
  match: string
}

/** A parsed search: all of `required` and none of `excluded`. Both are empty for a text without a word. */
export interface Search { required: Term[], excluded: Term[] }

/** How a search treats several words, and in which order results come. */
export type MatchMode = 'all' | 'any'

/** `"phrase"` or a run without spaces, each with an optional leading `-`. A quote that is not closed is literal text. */
const piece = /(?<minus>-(?=[^\s-]))?(?:"(?<phrase>[^"]*)"|(?<word>\S+))/g

/**
 * Parses a search: words, `"phrases"` and `prefixes*`, each excluded by a leading `-`. Everything else is literal text, so
 * there are no syntax errors. Null for a blank text.
 * @throws {DomainError} INVALID for more than `MAX_TERMS` terms or `MAX_TOKENS` tokens, and for more letters than a search may have, which
 * normalization can lead to.
 */
export function readSearch (search: string, userNo: number): Search | null {
  if (search.trim() === '') return null
  const userPrefix = termPrefix(userNo)
  const required = new Map<string, Term>()
  const excluded = new Map<string, Term>()
  for (const { groups = {} } of search.matchAll(piece)) {
    const { minus, phrase, word = '' } = groups
    const term = phrase === undefined ? readWord(word, userPrefix) : toTerm(phrase, false, userPrefix)
    if (term.words.length > 0) (minus ? excluded : required).set(term.match, term)
  }
  if (required.size + excluded.size > MAX_TERMS) {
    throw new DomainError('INVALID', `Search for at most ${MAX_TERMS} words at once`, 'search')
  }
  const words = [...required.values(), ...excluded.values()].flatMap((term) => term.words)
  if (words.length > MAX_TOKENS || words.join('').length > MAX_SEARCH_LENGTH) {
    throw new DomainError('INVALID', `The search is too long: at most ${MAX_TOKENS} words, or characters of a script without spaces.`, 'search')
  }
  return { required: [...required.values()], excluded: [...excluded.values()] }
}

/**
 * Joins terms to one `MATCH` expression: all of `required`, which must not be empty, and none of `excluded`. `matchOne` is the expression of
 * one term.
 */
export function matchOf (required: readonly Term[], excluded: readonly Term[], matchOne: (term: Term) => string = ({ match }) => match): string {
  const all = required.map(matchOne).join(' AND ')
  return excluded.length === 0 ? all : `(${all}) NOT (${excluded.map(matchOne).join(' OR ')})`
}

function readWord (text: string, userPrefix: string): Term {
  const last = tokenize(text).at(-1) ?? ''
  return toTerm(text, text.endsWith('*') && [...last].length >= MIN_PREFIX_LETTERS, userPrefix)
}

function toTerm (text: string, isPrefix: boolean, userPrefix: string): Term {
  const words = tokenize(text)
  // Tokens contain no quote, so none can end the string.
  const match = `"${words.map((word) => userPrefix + word).join(' ')}"${isPrefix ? ' *' : ''}`
  return {
    words,
    isPrefix,
    prefix: isPrefix && words.length === 1 ? userPrefix + words.join('') : null,
    spelling: text.normalize('NFC').toLowerCase(),
    match
  }
}
