import { streamPage, rowKey } from '../../conversations/list-row.js'
import type { ListQuery } from '../../conversations/list-shape.js'
import { listConversations } from '../../conversations/list.js'
import type { Db } from '../../db/connection.js'
import { inSnapshot } from '../../db/snapshot.js'
import { DomainError } from '../../errors.js'
import { readTranscript, type TranscriptInput } from '../../mcp/read-transcript.js'
import { bestConversations, countWithAny as countConversations } from '../find/best-conversations.js'
import { conversationFilter } from '../find/conversations.js'
import { hitsJson } from '../find/hit-view.js'
import type { ListRequest } from '../find/list-query.js'
import { countWithAny as countMessages, type MessageQuery, searchMessages } from '../find/messages.js'
import { readSearch } from '../find/query.js'
import { correctTypos } from '../find/typos.js'
import { matchInConversation } from '../find/row-match.js'
import { foundShare } from '../index/progress.js'

/** A search in conversations. `userId` is the id of their owner. */
export interface ConversationSearch extends ListRequest { userId: string }

/** What each search takes. Structured cloning copies it to the thread. */
export interface SearchInputs {
  conversations: ConversationSearch
  messages: MessageQuery
  /** A transcript of one conversation. It is read here because it takes long for a long conversation. */
  transcript: TranscriptInput
}

export type SearchName = keyof SearchInputs

/** Runs one search of a user. Returns the page, or the transcript, as JSON. */
type SearchFunction<Input> = (db: Db, userNo: number, input: Input) => string

/**
 * All searches by name. Each reads one snapshot.
 * @throws {DomainError} INVALID_CURSOR; INVALID for a search of too many terms; NOT_FOUND for a transcript.
 */
export const searchFunctions: { [Name in SearchName]: SearchFunction<SearchInputs[Name]> } = {
  conversations: (db, userNo, { userId, query: asked, isRanked, isMatchShown }) => inSnapshot(db, () => {
    const { page, query, correctedSearch } = forgiving(db, userNo, asked, (query) =>
      isRanked ? bestConversations(db, userNo, query) : listConversations(db, userNo, query, conversationFilter), ({ rows }) => rows.length)
    const terms = isMatchShown ? readSearch(query.search ?? '', userNo, query.facets)?.required ?? [] : []
    return [...streamPage(page.rows, page.nextCursor, userId, {
      more: { correctedSearch, anyCount: countConversations(db, userNo, query, page), indexedShare: foundShare(db) ?? undefined },
      ...(terms.length > 0 && { member: (row) => `"match":${JSON.stringify(matchInConversation(db, rowKey(row), terms))}` })
    })].join('')
  }),
  messages: (db, userNo, asked) => inSnapshot(db, () => {
    const { page, query, correctedSearch } = forgiving(db, userNo, asked, (query) => searchMessages(db, userNo, query), ({ found }) => found.length)
    return hitsJson(db, page, { correctedSearch, anyCount: countMessages(db, userNo, query, page), indexedShare: foundShare(db) ?? undefined })
  }),
  transcript: (db, userNo, input) => JSON.stringify(readTranscript(db, userNo, input))
}

/** A page, the query that found it, and the words that were searched instead of the ones that were asked for. */
interface Forgiven<Query, Page> { page: Page, query: Query, correctedSearch?: string }

/**
 * Runs a search. When nothing is found, runs it again with its typos corrected. A cursor that does not belong to the search
 * can belong to the corrected one.
 */
function forgiving<Query extends { search?: string, cursor?: string }, Page extends { nextCursor: string | null }> (
  db: Db, userNo: number, query: Query, run: (query: Query) => Page, count: (page: Page) => number
): Forgiven<Query, Page> {
  const { search = '', cursor = '' } = query
  const corrected = () => {
    const correctedSearch = search === '' ? null : correctTypos(db, userNo, search)
    return correctedSearch === null ? null : { query: { ...query, search: correctedSearch }, correctedSearch: correctedSearch.trim() }
  }
  try {
    const page = run(query)
    const instead = count(page) === 0 && page.nextCursor === null && cursor === '' ? corrected() : null
    const found = instead && { ...instead, page: run(instead.query) }
    return found && count(found.page) > 0 ? found : { page, query }
  } catch (error) {
    const instead = error instanceof DomainError && error.code === 'INVALID_CURSOR' ? corrected() : null
    if (!instead) throw error
    return { ...instead, page: run(instead.query) }
  }
}

/** Whether a page of the list takes a search, or a test of each row. Otherwise it is read from an index in its order. */
export function isSearch ({ search = '', facets = [], conditions = {}, collapse }: ListQuery): boolean {
  return search !== '' || collapse !== undefined || facets.length > 0 || Object.keys(conditions).length > 0
}
