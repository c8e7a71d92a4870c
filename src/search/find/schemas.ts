import { type Static, Type } from '@sinclair/typebox'
import { LimitSchema } from '../../paging/limit.js'
import { SearchSchema } from '../../paging/search.js'
import { MessageSchema } from '../../messages/schemas.js'
import { MAX_SNIPPET } from './snippet.js'

/** The query string of a search through messages. Hits come newest first, whatever order is asked for. */
export const MessageSearchSchema = Type.Object({
  search: Type.Optional(SearchSchema),
  pageSize: LimitSchema,
  cursor: Type.Optional(Type.String({ maxLength: 4096, description: 'The `nextCursor` of the page before.' })),
  sortBy: Type.Optional(Type.String({ maxLength: 64, description: 'Accepted from LibreChat\'s clients and not used.' })),
  sortDirection: Type.Optional(Type.String({ maxLength: 64, description: 'Accepted from LibreChat\'s clients and not used.' }))
})

/** A message that was found, with what its reader needs to know of its conversation. */
export const FoundMessageSchema = Type.Object({
  ...MessageSchema.properties,
  title: Type.String({ description: 'Of the conversation.' }),
  isArchived: Type.Boolean({ description: 'Of the conversation.' }),
  snippet: Type.String({
    description: `HTML of at most ${MAX_SNIPPET} characters around the best match: matches in \`<mark>\`, everything else escaped.`
  })
}, {
  $id: 'FoundMessage',
  examples: (MessageSchema.examples ?? []).map((example: object) => ({
    ...example, title: 'Trip to Lisbon', isArchived: false, snippet: '<mark>Hello</mark>'
  }))
})

export type FoundMessageView = Static<typeof FoundMessageSchema>
