import { type Static, Type } from '@sinclair/typebox'
import { LimitSchema } from '../paging/limit.js'
import { MatchSchema, SearchSchema } from '../paging/search.js'
import { TagNameSchema } from '../schemas.js'
import type { ListQuery } from './list-shape.js'

/** A flag in a query string, false by default. */
export const FlagSchema = Type.Union([Type.Literal('true'), Type.Literal('false')], { default: 'false' })

/** The query string of a conversation list. */
export const ListQuerySchema = Type.Object({
  limit: LimitSchema,
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'The `nextCursor` of the page before.' })),
  isArchived: FlagSchema,
  pinned: Type.Union(FlagSchema.anyOf, { default: 'false', description: '`true` for pinned conversations only.' }),
  sortBy: Type.Optional(Type.Union([
    Type.Literal('updatedAt'), Type.Literal('createdAt'), Type.Literal('title'), Type.Literal('archivedAt'), Type.Literal('relevance')
  ], {
    description: 'By default `updatedAt`, and with `match=any` `relevance`. `archivedAt` sorts the archive. Outside of it, it is the same ' +
      'as `updatedAt`. `relevance` is for searches: the best first, whatever `sortDirection` is.'
  })),
  sortDirection: Type.Union([Type.Literal('asc'), Type.Literal('desc')], { default: 'desc' }),
  tags: Type.Array(TagNameSchema, { default: [], maxItems: 20, description: 'Conversations that carry any of these.' }),
  search: Type.Optional(SearchSchema),
  match: MatchSchema
})

/** The query of a list, and whether its results are to be ranked. */
export interface ListRequest { query: ListQuery, isRanked: boolean }

/** Makes the query of a list from a query string. */
export function readListQuery (query: Static<typeof ListQuerySchema>): ListRequest {
  const { search = '', match = 'all' } = query
  const isArchived = query.isArchived === 'true'
  const isSearch = search.trim() !== ''
  const sortBy = query.sortBy ?? (match === 'any' && isSearch ? 'relevance' : 'updatedAt')
  return {
    isRanked: sortBy === 'relevance' && isSearch,
    query: {
      limit: Number(query.limit),
      cursor: query.cursor ?? '',
      isArchived,
      pinned: query.pinned === 'true',
      sortBy: sortBy === 'relevance' || (sortBy === 'archivedAt' && !isArchived) ? 'updatedAt' : sortBy,
      sortDirection: query.sortDirection,
      tags: query.tags,
      search,
      match
    }
  }
}
