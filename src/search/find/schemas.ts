import { type Static, Type } from '@sinclair/typebox'
import { LimitSchema } from '../../paging/limit.js'
import { CollapseSchema, MatchSchema, SearchSchema } from '../../paging/search.js'
import { MessageSchema } from '../../messages/schemas.js'
import { FlagSchema, TagNameSchema } from '../../schemas.js'
import { conversationParameter, filterParameters, readFilters } from './filter-query.js'
import type { MessageQuery } from './messages.js'
import { MAX_COUNTED } from './query.js'
import { MAX_SNIPPET_LENGTH } from './snippet.js'

/** Bytes of one hit, so that the longest page stays below 1 MiB. */
export const MAX_HIT_BYTES = 8192

/** The number of results with any word, when none has all words. */
export const AnyCountSchema = Type.Optional(Type.Integer({
  minimum: 0,
  maximum: MAX_COUNTED,
  description: `Only when nothing has all of several words: how many \`match=any\` finds, counted up to ${MAX_COUNTED}.`
}))

/** The words that were searched instead of misspelled ones. */
export const CorrectedSearchSchema = Type.Optional(Type.String({
  description: 'Only when the words as spelled find nothing: the words that were searched instead. Each word of five letters or more that the account ' +
    'does not have is replaced by one that differs by one letter. Operators are left out.'
}))

/** How much of the index is there while it is made from nothing. */
export const IndexedShareSchema = Type.Optional(Type.Number({
  minimum: 0,
  maximum: 1,
  description: 'Only while the search index is made from nothing, because it was damaged: the share of conversations that a search finds already.'
}))

/** The query string of a search in messages. */
export const MessageSearchSchema = Type.Object({
  search: Type.Optional(SearchSchema),
  match: MatchSchema,
  collapse: CollapseSchema,
  sort: Type.Optional(Type.Union([Type.Literal('newest'), Type.Literal('relevance')], {
    description: 'By default `newest`, and with `match=any` `relevance`: the best first.'
  })),
  conversationId: conversationParameter,
  ...filterParameters,
  tags: Type.Optional(Type.Array(TagNameSchema, { maxItems: 20, description: 'Messages of conversations that carry any of these.' })),
  pinned: Type.Optional(Type.Union(FlagSchema.anyOf, { description: '`true` for messages of pinned conversations only.' })),
  pageSize: LimitSchema,
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'The `nextCursor` of the page before.' })),
  sortBy: Type.Optional(Type.String({ maxLength: 64, description: 'Accepted from LibreChat\'s clients and not used.' })),
  sortDirection: Type.Optional(Type.String({ maxLength: 64, description: 'Accepted from LibreChat\'s clients and not used.' }))
})

/**
 * Makes the query of a search from a query string.
 * @throws {DomainError} INVALID with the name of the field.
 */
export function readMessageQuery (query: Static<typeof MessageSearchSchema>): MessageQuery {
  const { match, sort, collapse, cursor, pageSize, tags = [], pinned } = query
  const { words: search, filter: { after, before, conversationId, facets, ...said } } = readFilters(query, query.search ?? '')
  const conditions = { ...said, ...(tags.length > 0 && { tags }), ...(pinned === 'true' && { pinned: true }) }
  return {
    search,
    pageSize: Number(pageSize),
    conditions,
    ...(match && { match }),
    ...(sort && { sort }),
    ...(collapse && { collapse }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(conversationId !== undefined && { conversationId }),
    ...(facets && { facets }),
    ...(cursor !== undefined && { cursor })
  }
}

/** A hit: the message with the title and archive state of its conversation. */
export const FoundMessageSchema = Type.Object({
  ...MessageSchema.properties,
  title: Type.String({ description: 'Of the conversation.' }),
  isArchived: Type.Boolean({ description: 'Of the conversation.' }),
  isTruncated: Type.Optional(Type.Boolean({
    description: `True for a message above ${MAX_HIT_BYTES} bytes: its text is cut and its parts, files and metadata are left out. Get the message for all of it.`
  })),
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
