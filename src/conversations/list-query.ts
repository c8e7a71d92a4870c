import { type Static, Type } from '@sinclair/typebox'
import { TagNameSchema } from './schemas.js'
import type { ListQuery } from './list.js'

/** A yes or no in a query string; no unless it says so. */
export const FlagSchema = Type.Union([Type.Literal('true'), Type.Literal('false')], { default: 'false' })

/** A page size in its plain spelling: 1 to 100, nothing that merely means the same. */
export const LimitSchema = Type.String({ pattern: '^(?:[1-9][0-9]?|100)$', default: '25', examples: ['25'] })

/** The query string of a conversation list. */
export const ListQuerySchema = Type.Object({
  limit: LimitSchema,
  cursor: Type.Optional(Type.String({ maxLength: 4096, description: 'The `nextCursor` of the page before.' })),
  isArchived: FlagSchema,
  pinned: Type.Union(FlagSchema.anyOf, { default: 'false', description: '`true` for pinned conversations only.' }),
  sortBy: Type.Union([Type.Literal('updatedAt'), Type.Literal('createdAt'), Type.Literal('title')], { default: 'updatedAt' }),
  sortDirection: Type.Union([Type.Literal('asc'), Type.Literal('desc')], { default: 'desc' }),
  tags: Type.Array(TagNameSchema, { default: [], maxItems: 20, description: 'Conversations that carry any of these.' })
})

/** The query string as the list takes it; an empty cursor is none. */
export function readListQuery (query: Static<typeof ListQuerySchema>): ListQuery {
  const { limit, cursor, isArchived, pinned, ...same } = query
  return {
    ...same,
    limit: Number(limit),
    isArchived: isArchived === 'true',
    pinned: pinned === 'true',
    ...(cursor && { cursor })
  }
}
