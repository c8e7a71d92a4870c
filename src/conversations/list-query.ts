import { type Static, Type } from '@sinclair/typebox'
import { LimitSchema } from '../paging/limit.js'
import { SearchSchema } from '../paging/search.js'
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
  sortBy: Type.Union([Type.Literal('updatedAt'), Type.Literal('createdAt'), Type.Literal('title'), Type.Literal('archivedAt')], {
    default: 'updatedAt', description: '`archivedAt` sorts the archive. Outside of it, it is the same as `updatedAt`.'
  }),
  sortDirection: Type.Union([Type.Literal('asc'), Type.Literal('desc')], { default: 'desc' }),
  tags: Type.Array(TagNameSchema, { default: [], maxItems: 20, description: 'Conversations that carry any of these.' }),
  search: Type.Optional(SearchSchema)
})

/** Makes the query of a list from a query string. */
export function readListQuery (query: Static<typeof ListQuerySchema>): ListQuery {
  const isArchived = query.isArchived === 'true'
  return {
    limit: Number(query.limit),
    cursor: query.cursor ?? '',
    isArchived,
    pinned: query.pinned === 'true',
    sortBy: query.sortBy === 'archivedAt' && !isArchived ? 'updatedAt' : query.sortBy,
    sortDirection: query.sortDirection,
    tags: query.tags,
    search: query.search ?? ''
  }
}
