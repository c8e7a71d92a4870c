import { streamPage, rowKey } from '../../conversations/list-row.js'
import type { ListQuery } from '../../conversations/list-shape.js'
import { listConversations } from '../../conversations/list.js'
import type { Db } from '../../db/connection.js'
import { inSnapshot } from '../../db/snapshot.js'
import { readTranscript, type TranscriptInput } from '../../mcp/read-transcript.js'
import { bestConversations, countWithAny as countConversations } from '../find/best-conversations.js'
import { conversationFilter } from '../find/conversations.js'
import { hitsJson } from '../find/hit-view.js'
import type { ListRequest } from '../find/list-query.js'
import { countWithAny as countMessages, type MessageQuery, searchMessages } from '../find/messages.js'
import { readSearch } from '../find/query.js'
import { matchInConversation } from '../find/row-match.js'
import { indexedShare } from '../index/progress.js'

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
  conversations: (db, userNo, { userId, query, isRanked, isMatchShown }) => inSnapshot(db, () => {
    const page = isRanked ? bestConversations(db, userNo, query) : listConversations(db, userNo, query, conversationFilter)
    const terms = isMatchShown ? readSearch(query.search ?? '', userNo, query.facets)?.required ?? [] : []
    return [...streamPage(page.rows, page.nextCursor, userId, {
      more: { anyCount: countConversations(db, userNo, query, page), indexedShare: indexedShare(db) ?? undefined },
      ...(terms.length > 0 && { member: (row) => `"match":${JSON.stringify(matchInConversation(db, rowKey(row), terms))}` })
    })].join('')
  }),
  messages: (db, userNo, query) => inSnapshot(db, () => {
    const page = searchMessages(db, userNo, query)
    return hitsJson(db, page, { anyCount: countMessages(db, userNo, query, page), indexedShare: indexedShare(db) ?? undefined })
  }),
  transcript: (db, userNo, input) => JSON.stringify(readTranscript(db, userNo, input))
}

/** Whether a page of the list takes a search. Otherwise it is read from an index in its order. */
export function isSearch ({ search = '', facets = [], conditions = {} }: ListQuery): boolean {
  return search !== '' || facets.length > 0 || Object.keys(conditions).length > 0
}
