import type { Conditions } from '../conversations/conditions.js'
import { findConversation } from '../conversations/find.js'
import { listConversations } from '../conversations/list.js'
import { rowJson, rowKey } from '../conversations/list-row.js'
import type { ListQuery } from '../conversations/list-shape.js'
import type { Db } from '../db/connection.js'
import { conversationFilter } from '../search/find/conversations.js'
import type { Facet } from '../search/index/facets.js'

/** Which of a user's conversations to export. What is left out does not limit. */
export interface Selection {
  /** Absent: archived ones and the others. */
  isArchived?: boolean
  /** Only pinned ones; false does not limit, as in the list. */
  pinned?: boolean
  /** Those that carry any of these. */
  tags?: string[]
  /** Words, without operators. */
  search?: string
  /** What the words must stand in. */
  facets?: Facet[]
  /** What else they must be. */
  conditions?: Conditions
  /** Exactly these, those of them that there are; cannot be combined with the members above. */
  conversationIds?: string[]
  /** Only what was changed at this time or later, in milliseconds since 1970. */
  since?: number
}

const PAGE_ROWS = 1000

/**
 * The keys of the selected conversations: those that are not archived first, the oldest first. An account that was restored
 * from an export gives the same order. It walks through the pages of the list, so it selects what the list shows.
 * @throws {DomainError} INVALID for a search of too many terms.
 */
export function selectConversations (db: Db, userNo: number, selection: Selection): number[] {
  const { isArchived, conversationIds, since = -Infinity } = selection
  if (conversationIds) return conversationsById(db, userNo, conversationIds, since)
  return (isArchived === undefined ? [false, true] : [isArchived]).flatMap((archived) => {
    const keys: number[] = []
    for (const row of rowsOf(db, userNo, { ...selection, isArchived: archived })) {
      const { updatedAt }: { updatedAt: string } = JSON.parse(rowJson(row))
      if (Date.parse(updatedAt) >= since) keys.push(rowKey(row))
    }
    return keys
  })
}

function conversationsById (db: Db, userNo: number, ids: string[], since: number): number[] {
  return [...new Set(ids)]
    .flatMap((id) => findConversation(db, userNo, id) ?? [])
    .filter(({ updatedAt }) => updatedAt >= since)
    .sort((a, b) => a.createdAt - b.createdAt || a.pk - b.pk)
    .map(({ pk }) => pk)
}

function * rowsOf (db: Db, userNo: number, { isArchived = false, pinned = false, tags = [], search = '', facets = [], conditions = {} }: Selection): Generator<string, void, void> {
  const query: ListQuery = { isArchived, pinned, tags, search, facets, conditions, sortBy: 'createdAt', sortDirection: 'asc', limit: PAGE_ROWS }
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = listConversations(db, userNo, { ...query, cursor }, conversationFilter)
    yield * page.rows
    cursor = page.nextCursor
  }
}
