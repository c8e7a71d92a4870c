import type { Db } from '../db/connection.js'

/** What a list is sorted by; ties are broken by the conversation's key. `archivedAt` is for the archive only. */
export type SortBy = 'updatedAt' | 'createdAt' | 'title' | 'archivedAt'

/** What a list is to show. */
export interface ListQuery {
  isArchived: boolean
  /** Only pinned conversations; false means both. */
  pinned: boolean
  sortBy: SortBy
  sortDirection: 'asc' | 'desc'
  /** Conversations that carry any of these; empty means all. */
  tags: string[]
  /** 1 to 100. */
  limit: number
  /** Where the page before ended; empty for the first page. */
  cursor?: string
  /** What must be found in title and messages, see `search/find/query.ts`; blank means no search. */
  search?: string
}

/** The conversations that a search finds. */
export interface ConversationFilter {
  /** The keys of all that match, if they are few; null if the list is to be read in its order and each key tested. */
  candidateKeys: number[] | null
  /** Whether the conversation matches. */
  accepts (pk: number): boolean
}

/** Looks a search up for a user; null for a blank one. `search/find/conversations.ts` has it. */
export type FindMatching = (db: Db, userNo: number, search: string) => ConversationFilter | null
