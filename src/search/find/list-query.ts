import { type Static, Type } from '@sinclair/typebox'
import type { Conditions } from '../../conversations/conditions.js'
import type { ListQuery } from '../../conversations/list-shape.js'
import { LimitSchema } from '../../paging/limit.js'
import { CollapseSchema, MatchSchema, SearchSchema } from '../../paging/search.js'
import { FlagSchema, TagNameSchema } from '../../schemas.js'
import { conversationParameter, filterParameters, readFilters } from './filter-query.js'

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
  match: MatchSchema,
  collapse: CollapseSchema,
  ...filterParameters,
  conversationId: conversationParameter,
  include: Type.Optional(Type.Literal('match', { description: 'Adds `match` to each row: the message that was found, or nothing for a title, and a snippet.' }))
})

/** The query of a list, whether its results are ranked, and whether each result has a snippet of its match. */
export interface ListRequest { query: ListQuery, isRanked: boolean, isMatchShown: boolean }

/**
 * Makes the query of a list from a query string.
 * @throws {DomainError} INVALID with the name of the field.
 */
export function readListQuery (query: Static<typeof ListQuerySchema>): ListRequest {
  const { match = 'all' } = query
  const { words: search, filter, isArchivedSaid } = readFilters(query, query.search ?? '')
  const { facets = [], isArchived: saidArchived, pinned = false, ...rest } = filter
  const isArchived = isArchivedSaid ? saidArchived ?? null : query.isArchived === 'true'
  const sortBy = query.sortBy ?? (match === 'any' && search !== '' ? 'relevance' : 'updatedAt')
  return {
    isMatchShown: query.include === 'match',
    isRanked: sortBy === 'relevance' && search !== '',
    query: {
      limit: Number(query.limit),
      cursor: query.cursor ?? '',
      isArchived,
      pinned: pinned || query.pinned === 'true',
      sortBy: sortBy === 'relevance' || (sortBy === 'archivedAt' && isArchived !== true) ? 'updatedAt' : sortBy,
      sortDirection: query.sortDirection,
      ...tagsOf(query.tags, rest),
      search,
      match,
      facets,
      ...(query.collapse && { collapse: query.collapse })
    }
  }
}

/** One required tag uses its index. The others are tested row by row. */
function tagsOf (tags: string[], { allTags = [], ...conditions }: Conditions): Pick<ListQuery, 'tags' | 'conditions'> {
  const [first, ...others] = allTags
  const isIndexed = tags.length === 0 && first !== undefined
  const left = isIndexed ? others : allTags
  return { tags: isIndexed ? [first] : tags, conditions: { ...conditions, ...(left.length > 0 && { allTags: left }) } }
}
