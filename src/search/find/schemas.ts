import { type Static, Type } from '@sinclair/typebox'
import { LimitSchema } from '../../paging/limit.js'
import { SearchSchema } from '../../paging/search.js'
import { MessageSchema } from '../../messages/schemas.js'
import { MAX_SNIPPET_LENGTH } from './snippet.js'

/** The query string of a search in messages. Hits come newest first. */
export const MessageSearchSchema = Type.Object({
  search: Type.Optional(SearchSchema),
  pageSize: LimitSchema,
  cursor: Type.Optional(Type.String({ maxLength: 4096, description: 'The `nextCursor` of the page before.' })),
  sortBy: Type.Optional(Type.String({ maxLength: 64, description: 'Accepted from LibreChat\'s clients and not used.' })),
  sortDirection: Type.Optional(Type.String({ maxLength: 64, description: 'Accepted from LibreChat\'s clients and not used.' }))
})

/** A hit: the message, with title and archive state of its conversation. */
export const FoundMessageSchema = Type.Object({
  ...MessageSchema.properties,
  title: Type.String({ description: 'Of the conversation.' }),
  isArchived: Type.Boolean({ description: 'Of the conversation.' }),
  snippet: Type.String({
    description: `HTML of at most ${MAX_SNIPPET_LENGTH} characters around the best match: matches in \`<mark>\`, everything else escaped.`
  })
}, {
  $id: 'FoundMessage',
  examples: (MessageSchema.examples ?? []).map((example: object) => ({
    ...example, title: 'Trip to Lisbon', isArchived: false, snippet: '<mark>Hello</mark>'
  }))
})

export type FoundMessageView = Static<typeof FoundMessageSchema>
