import type { ConversationFilter } from '../../conversations/list-shape.js'
import type { Db } from '../../db/connection.js'
import { fewMatches, isCommon, isInConversation, matchingConversations, wordsBeginning } from './postings.js'
import { readSearch, type Term } from './query.js'

/**
 * With how many matches a term is in so many conversations that, walking the list, a page of them is soon found by
 * asking about each: a word, one of the words with a beginning, a phrase in the newest conversations. Of one with fewer
 * the conversations are collected at once.
 */
const COMMON = { word: 5000, ofBeginning: 1000, recentPhrase: 10 }

/** After how many questions about a common term its conversations are collected after all. */
const ASKED = 500

/** How many conversations are put in order rather than met in the order of the list. */
const SORTED = 1000

const nothing: ConversationFilter = { among: [], accepts: () => false }

/**
 * The conversations of a user that a search finds: every required term is somewhere in the title or the messages, and no
 * excluded one is. Null for a blank search.
 * @throws {DomainError} INVALID, see `readSearch`.
 */
export function conversationFilter (db: Db, userNo: number, text: string): ConversationFilter | null {
  const search = readSearch(text, userNo)
  if (!search) return null
  if (search.required.length + search.excluded.length === 0) return nothing

  const required = search.required.map((term) => finding(db, userNo, term))
  const excluded = search.excluded.map((term) => finding(db, userNo, term))
  const collected = required.flatMap(({ keys }) => keys ?? []).sort((a, b) => a.size - b.size)
  const asked = required.filter(({ keys }) => !keys)
  const fits = (pk: number) => asked.every(({ has }) => has(pk)) && !excluded.some(({ has }) => has(pk))

  const [fewest, ...others] = collected
  if (!fewest) return { among: null, accepts: fits }
  const common = [...fewest].filter((pk) => others.every((keys) => keys.has(pk)))
  if (common.length <= SORTED) return { among: common, accepts: fits }
  const keys = new Set(common)
  return { among: null, accepts: (pk) => keys.has(pk) && fits(pk) }
}

/** Where a term is: in conversations that are known, or in too many to collect them before they are needed. */
interface Finding { keys: Set<number> | null, has (pk: number): boolean }

function finding (db: Db, userNo: number, term: Term): Finding {
  const { match, words, beginning } = term
  if (beginning !== null) return findingWords(db, userNo, term, wordsBeginning(db, beginning), COMMON.ofBeginning)
  if (words.length === 1) return findingWords(db, userNo, term, [match], COMMON.word)
  const isAsked = !term.isPrefix && isCommon(db, userNo, match, { ofAll: COMMON.word, ofRecent: COMMON.recentPhrase })
  return isAsked ? { keys: null, has: asking(db, userNo, term, [match], new Set()) } : known(matchingConversations(db, userNo, match))
}

/** Where any of these words is, which together are the term; null for too many of them. */
function findingWords (db: Db, userNo: number, term: Term, words: string[] | null, common: number): Finding {
  if (!words) return known(matchingConversations(db, userNo, term.match))
  const keys = new Set<number>()
  const asked = words.filter((word) => {
    const few = fewMatches(db, userNo, word, common)
    for (const pk of few ?? []) keys.add(pk)
    return !few
  })
  return asked.length === 0 ? known(keys) : { keys: null, has: asking(db, userNo, term, asked, keys) }
}

function known (keys: Set<number>): Finding {
  return { keys, has: (pk) => keys.has(pk) }
}

/**
 * Asks about one conversation after the other, unless some other word of the term is known to be there; so many are asked
 * only if the term is where the list ends.
 */
function asking (db: Db, userNo: number, { match }: Term, words: string[], others: Set<number>) {
  let asked = 0
  let keys: Set<number> | null = null
  return (pk: number) => {
    if (others.has(pk)) return true
    if (!keys && asked++ === ASKED) keys = matchingConversations(db, userNo, match)
    return keys ? keys.has(pk) : words.some((word) => isInConversation(db, pk, word))
  }
}
