import { DomainError } from '../../errors.js'
import { MAX_SEARCH_LENGTH } from '../../paging/search.js'
import { type Facet, facetToken } from '../index/facets.js'
import { joinedForm } from '../index/forms.js'
import { termPrefix, tokenize } from '../index/tokenizer.js'

/** Terms of one search. */
const MAX_TERMS = 16

/**
 * Tokens of one search after normalization. A script without spaces has one for each character, and one character can
 * become many. A phrase takes time in proportion to the frequency of its tokens. So a longer one could delay other
 * requests.
 */
export const MAX_TOKENS = 64

/** Highest number of results with any word that is counted. */
export const MAX_COUNTED = 1000

/** Letters a prefix needs before its `*`. With fewer the star is literal text. */
const MIN_PREFIX_LETTERS = 4

/** Letters a last word needs to be searched as a prefix too. */
const MIN_TYPED_LETTERS = 2

/** The long mark at the end of a word of katakana, which many spell without it: コンピューター, コンピュータ. */
const LAST_LONG_MARK = /(?<=[ァ-ヺー]{3})ー$/u

/** A word, a phrase, or a prefix. */
export interface Term {
  /** The tokens of the term. The last is a prefix if `isPrefix`. */
  words: string[]
  isPrefix: boolean
  /**
   * Whether it is a prefix because it may still be being typed. It then stands for the first words with the prefix only.
   */
  isTyped: boolean
  /** The token that is searched besides the phrase, for a word of several parts such as `e-mail`. Null for none. */
  joined: string | null
  /** The prefix as stored in the index, with the user's `termPrefix`. Null unless the term is a prefix of one word. */
  prefix: string | null
  /** The term as typed, in lower case. */
  spelling: string
  /**
   * The tokens as a phrase of FTS5 among the user's entries, also for a prefix (sqlite.org/fts5.html, "Full-text Query
   * Syntax").
   */
  phrase: string
  /** Further conditions of the `MATCH` expression on the entry. Empty for none. */
  facets: string
  /** The phrase, or the joined form, and the facets as a `MATCH` expression. */
  match: string
}

/**
 * A parsed search: all of `required` and none of `excluded`. Both are empty for a text without a word. `facet` is the
 * term of a search for facets without a required word.
 */
export interface Search { required: Term[], excluded: Term[], facet: Term | null }

/** Whether a result needs all words or any, which also decides the order of results. */
export type MatchMode = 'all' | 'any'

/**
 * `"phrase"` or a run without spaces, each with an optional leading `-`. Typographic quotes also count as quotes. An
 * unclosed quote is literal text.
 */
export const piece = /(?<minus>-(?=[^\s-]))?(?:["“”„‟«»](?<phrase>[^"“”„‟«»]*)["“”„‟«»]|(?<word>\S+))/g

/**
 * Parses a search: words, `"phrases"` and `prefixes*`, each excluded by a leading `-`. A last word without a space after
 * it is also a prefix. Everything else is literal text, so there are no syntax errors. The words must be in entries with
 * all `facets`. Returns null for a blank text without facets.
 * @throws {DomainError} INVALID for more than `MAX_TERMS` terms or `MAX_TOKENS` tokens. Also for too many letters after
 * normalization.
 */
export function readSearch (search: string, userNo: number, facets: readonly Facet[] = []): Search | null {
  if (search.trim() === '' && facets.length === 0) return null
  const userPrefix = termPrefix(userNo)
  const expressions = facets.map((facet) => `"${userPrefix}${facetToken(facet)}"`)
  const also = expressions.map((expression) => ` AND ${expression}`).join('')
  const required = new Map<string, Term>()
  const excluded = new Map<string, Term>()
  for (const { 0: text, groups = {}, index } of search.matchAll(piece)) {
    const { minus, phrase, word = '' } = groups
    const isLast = index + text.length === search.length
    const term = phrase === undefined ? readWord(word, isLast && !minus, userPrefix) : toTerm(phrase, null, userPrefix)
    if (term.words.length === 0) continue
    if (minus) {
      excluded.set(term.match, term)
      continue
    }
    const narrowed = withFacets(term, also)
    // A prefix adds nothing to the same word as a required whole.
    const isThere = term.isTyped && required.has(withFacets(term, also, term.phrase).match)
    if (!isThere) required.set(narrowed.match, narrowed)
  }
  if (required.size + excluded.size > MAX_TERMS) {
    throw new DomainError('INVALID', `Search for at most ${MAX_TERMS} words at once`, 'search')
  }
  const words = [...required.values(), ...excluded.values()].flatMap((term) => term.words)
  if (words.length > MAX_TOKENS || words.join('').length > MAX_SEARCH_LENGTH) {
    throw new DomainError('INVALID', `The search is too long: at most ${MAX_TOKENS} words, or characters of a script without spaces.`, 'search')
  }
  const facet = required.size === 0 && facets.length > 0 ? facetTerm(facets, expressions.join(' AND ')) : null
  return { required: [...required.values()], excluded: [...excluded.values()], facet }
}

/** Returns the terms that an entry must have: the required ones, or the facets alone. */
export function neededTerms ({ required, facet }: Search): Term[] {
  return required.length === 0 && facet ? [facet] : required
}

/**
 * Joins terms to one `MATCH` expression: all of `required`, which must not be empty, and none of `excluded`. `matchOne`
 * returns the expression of one term.
 */
export function matchOf (required: readonly Term[], excluded: readonly Term[], matchOne: (term: Term) => string = ({ match }) => match): string {
  const all = required.map(matchOne).join(' AND ')
  return excluded.length === 0 ? all : `(${all}) NOT (${excluded.map(matchOne).join(' OR ')})`
}

function readWord (text: string, isLast: boolean, userPrefix: string): Term {
  const tokens = tokenize(text)
  const letters = [...tokens.at(-1) ?? ''].length
  if (text.endsWith('*') && letters >= MIN_PREFIX_LETTERS) return toTerm(text, 'star', userPrefix)
  if (isLast && tokens.length === 1 && letters >= MIN_TYPED_LETTERS) return toTerm(text, 'typed', userPrefix)
  const joined = tokens.length > 1 ? joinedForm(text) : null
  const spelled = text.normalize('NFKC')
  const term = toTerm(LAST_LONG_MARK.test(spelled) ? spelled.slice(0, -1) : text, null, userPrefix)
  return joined === null ? term : { ...term, joined, match: `(${term.phrase} OR "${userPrefix}${joined}")` }
}

function facetTerm (words: readonly string[], match: string): Term {
  return { words: [...words], isPrefix: false, isTyped: false, joined: null, prefix: null, spelling: '', phrase: match, facets: '', match }
}

function withFacets (term: Term, facets: string, match = term.match): Term {
  return { ...term, facets, match: facets === '' ? match : `(${match}${facets})` }
}

function toTerm (text: string, kind: 'star' | 'typed' | null, userPrefix: string): Term {
  const words = tokenize(text)
  const isPrefix = kind !== null
  // Tokens contain no quote, so no token can end the string.
  const phrase = `"${words.map((word) => userPrefix + word).join(' ')}"`
  return {
    words,
    isPrefix,
    isTyped: kind === 'typed',
    joined: null,
    prefix: isPrefix && words.length === 1 ? userPrefix + words.join('') : null,
    spelling: text.normalize('NFC').toLowerCase(),
    phrase,
    facets: '',
    match: isPrefix ? `${phrase} *` : phrase
  }
}
