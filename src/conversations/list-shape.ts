import type { Db } from '../db/connection.js'
import type { Facet } from '../search/index/facets.js'
import type { Conditions } from './conditions.js'

/** What a list is sorted by; ties are broken by the conversation's key. `archivedAt` is for the archive only. */
export type SortBy = 'updatedAt' | 'createdAt' | 'title' | 'archivedAt'

/** Which conversations a list shows, and in which order. */
export interface ListQuery {
  /** Null for archived ones and the others. */
  isArchived: boolean | null
  /** Only pinned conversations; false means both. */
  pinned: boolean
  sortBy: SortBy
  sortDirection: 'asc' | 'desc'
  /** Conversations that carry any of these; empty means all. */
  tags: string[]
  /** Further filters. Its `isArchived`, `pinned` and `tags` are ignored. */
  conditions?: Conditions
  /** 1 to 100. */
  limit: number
  /** The `nextCursor` of the page before. Empty for the first page. */
  cursor?: string
  /** A search of title and messages, see `search/find/query.ts`. Blank means no search. */
  search?: string
  /** Whether all words of the search must be there. By default they must. */
  match?: 'all' | 'any'
  /** The entry with the words must have these facets. Without words, some entry must have them. */
  facets?: Facet[]
  /** `copies`: only the first in the order of the list of conversations that are copies of one another. */
  collapse?: 'copies'
}

/** The conversations that a search finds. */
export interface ConversationFilter {
  /** The keys of all matches, if they are few. Null to scan the list in its order and test each key. */
  candidateKeys: number[] | null
  /** Whether the conversation matches. */
  accepts (pk: number): boolean
}

/** Runs a search for a user. Returns null for a blank one. Implemented in `search/find/conversations.ts`. */
export type FindMatching = (db: Db, userNo: number, query: ListQuery) => ConversationFilter | null
