import type { ConversationFilter, ListQuery } from '../../conversations/list-shape.js'
import { conversationKeys } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { fewMatches, isCommon, isInConversation, matchingConversations, wordsWithPrefix } from './postings.js'
import { neededTerms, readSearch, type Search, type Term } from './query.js'
import { rankConversations } from './rank-conversations.js'

/**
 * With more matches than this, the conversations of a term are not collected. Instead the list is scanned in its order
 * and each conversation is tested, because the page is full soon. `word` and `wordOfPrefix` count all matches of the
 * user. `recentPhrase` counts those in the newest conversations.
 */
const PROBE_ABOVE_MATCHES = { word: 5000, wordOfPrefix: 1000, recentPhrase: 10 }

/** Probes before the conversations are collected after all. So many probes mean that the matches are far down the list. */
const MAX_PROBES = 500

/** Conversations that are sorted in memory at most. With more, the list is scanned in its order. */
const MAX_SORTED_CONVERSATIONS = 1000

const nothing: ConversationFilter = { candidateKeys: [], accepts: () => false }

/**
 * Returns the filter for a user's conversations that match a search. All required terms must be in the title or the
 * messages, or with `any` at least one. No excluded term may be there. Returns null for a blank search.
 * @throws {DomainError} INVALID, see `readSearch`.
 */
export function conversationFilter (db: Db, userNo: number, { search: text = '', match = 'all', facets = [] }: Pick<ListQuery, 'search' | 'match' | 'facets'>): ConversationFilter | null {
  const search = readSearch(text, userNo, facets)
  if (!search) return null
  if (neededTerms(search).length + search.excluded.length === 0) return nothing
  return match === 'any' && search.required.length > 0 ? withAnyTerm(db, userNo, search) : withAllTerms(db, userNo, search)
}

/** Returns the filter for conversations with all required terms and no excluded one. */
export function withAllTerms (db: Db, userNo: number, search: Search): ConversationFilter {
  const required = neededTerms(search).map((term) => findTerm(db, userNo, term))
  const excluded = search.excluded.map((term) => findTerm(db, userNo, term))
  const collected = required.flatMap(({ keys }) => keys ?? []).sort((a, b) => a.size - b.size)
  const probed = required.filter(({ keys }) => !keys)
  const fits = (pk: number) => probed.every(({ has }) => has(pk)) && !excluded.some(({ has }) => has(pk))

  const [fewest, ...others] = collected
  if (!fewest) return { candidateKeys: null, accepts: fits }
  const common = [...fewest].filter((pk) => others.every((keys) => keys.has(pk)))
  if (common.length <= MAX_SORTED_CONVERSATIONS) return { candidateKeys: common, accepts: fits }
  const keys = new Set(common)
  return { candidateKeys: null, accepts: (pk) => keys.has(pk) && fits(pk) }
}

/** Returns the candidates of a ranked search, for a list in another order. */
function withAnyTerm (db: Db, userNo: number, search: Search): ConversationFilter {
  const [firstPk, lastPk] = conversationKeys(userNo)
  const { accepts } = withAllTerms(db, userNo, { ...search, required: [] })
  const { ranking } = rankConversations(db, { userNo, firstPk, lastPk }, search, {}, accepts, null)
  return { candidateKeys: [...ranking.scores.keys()].map((key) => firstPk + key), accepts }
}

/** The conversations of one term. `keys` is null when there are too many to collect. `has` then probes the index. */
interface TermPostings { keys: Set<number> | null, has (pk: number): boolean }

function findTerm (db: Db, userNo: number, term: Term): TermPostings {
  const { match, words, prefix } = term
  if (prefix !== null) return findWords(db, userNo, term, wordsWithPrefix(db, term), PROBE_ABOVE_MATCHES.wordOfPrefix)
  if (words.length === 1) return findWords(db, userNo, term, [match], PROBE_ABOVE_MATCHES.word)
  const common = { inAll: PROBE_ABOVE_MATCHES.word, inRecent: PROBE_ABOVE_MATCHES.recentPhrase }
  return !term.isPrefix && isCommon(db, userNo, match, common)
    ? { keys: null, has: probe(db, userNo, match, [match], new Set()) }
    : collected(matchingConversations(db, userNo, match))
}

/** Finds a term that is any of `words`. Null means a prefix with too many words. */
function findWords (db: Db, userNo: number, term: Term, words: string[] | null, maxMatches: number): TermPostings {
  if (!words) return collected(matchingConversations(db, userNo, term.match))
  const keys = new Set<number>()
  const common = words.filter((word) => {
    const few = fewMatches(db, userNo, word, maxMatches)
    for (const pk of few ?? []) keys.add(pk)
    return !few
  })
  const match = term.isTyped ? `(${words.join(' OR ')})` : term.match
  return common.length === 0 ? collected(keys) : { keys: null, has: probe(db, userNo, match, common, keys) }
}

function collected (keys: Set<number>): TermPostings {
  return { keys, has: (pk) => keys.has(pk) }
}

/**
 * Returns a test of single conversations for any of the common `words`. `rareKeys` are the conversations of the term's
 * other words. After `MAX_PROBES` it collects all conversations of the term.
 */
function probe (db: Db, userNo: number, match: string, words: string[], rareKeys: Set<number>) {
  let probes = 0
  let keys: Set<number> | null = null
  return (pk: number) => {
    if (rareKeys.has(pk)) return true
    if (!keys && probes++ === MAX_PROBES) keys = matchingConversations(db, userNo, match)
    return keys ? keys.has(pk) : words.some((word) => isInConversation(db, pk, word))
  }
}
