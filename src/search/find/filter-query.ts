import { type Static, type TObject, Type } from '@sinclair/typebox'
import { IdSchema, TagNameSchema } from '../../schemas.js'
import { readOperators, readTime, type SearchFilter } from './operators.js'

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 256, description }))
const tagList = (description: string) => Type.Optional(Type.Array(TagNameSchema, { maxItems: 20, description }))
const time = (description: string) => Type.Optional(Type.String({ maxLength: 40, description: `${description} 2026, 2026-01, 2026-01-31 or a moment in ISO 8601.` }))

/** Filters of conversations and messages in a query string. Most are also operators in the text of a search. */
export const filterParameters = {
  after: time('Messages created then or later. In a list of conversations: those that changed then or later.'),
  before: time('Messages created before. In a list of conversations: those that began before.'),
  model: text('The beginning of the name of the conversation\'s model, whatever its case.'),
  source: text('The format that the conversation was imported from, such as `chatgpt`.'),
  endpoint: text('The endpoint of the conversation, such as `openAI`, whatever its case.'),
  allTags: tagList('Conversations that carry all of these.'),
  notTags: tagList('Conversations that carry none of these.'),
  untagged: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')], { description: '`true` for conversations without a tag.' })),
  archived: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false'), Type.Literal('any')], {
    description: 'Whether archived conversations are searched too, or alone. It replaces `isArchived`.'
  })),
  role: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('assistant')], { description: 'Who wrote the message that has the words.' })),
  has: Type.Optional(Type.Array(Type.Union([Type.Literal('code'), Type.Literal('reasoning'), Type.Literal('tool'), Type.Literal('file')]), {
    maxItems: 4, description: 'What the message that has the words also has. All of these.'
  })),
  in: Type.Optional(Type.Literal('title', { description: '`title`: the words must stand in the title.' }))
}

/** Only messages of this conversation. */
export const conversationParameter = Type.Optional(Type.String({ ...IdSchema, description: 'Find in this conversation only.' }))

type FilterParameters = Static<TObject<typeof filterParameters & { conversationId: typeof conversationParameter }>>

/** A search and its filters. An undefined `isArchived` of the filter means both states. */
export interface FilteredSearch { words: string, filter: SearchFilter, isArchivedSaid: boolean }

/**
 * Joins the filters of a query string with the operators in its search. Lists are joined. If both give a single value,
 * the operator's value is used.
 * @throws {DomainError} INVALID with the name of the field.
 */
export function readFilters (query: FilterParameters, search: string): FilteredSearch {
  const { words, filter: said, isAnyArchived } = readOperators(search)
  const { after, before, model, source, endpoint, conversationId, allTags = [], notTags = [], untagged, archived, role, has = [], in: place } = query
  const facets = [...role ? [role] : [], ...has, ...place ? [place] : [], ...said.facets ?? []]
  const filter: SearchFilter = {
    ...(after !== undefined && { after: readTime(after, 'after') }),
    ...(before !== undefined && { before: readTime(before, 'before') }),
    ...(model !== undefined && { model }),
    ...(source !== undefined && { source }),
    ...(endpoint !== undefined && { endpoint }),
    ...(conversationId !== undefined && { conversationId }),
    ...(untagged === 'true' && { isUntagged: true }),
    ...(archived !== undefined && archived !== 'any' && !isAnyArchived && { isArchived: archived === 'true' }),
    ...said,
    ...list('allTags', [...allTags, ...said.allTags ?? []]),
    ...list('notTags', [...notTags, ...said.notTags ?? []]),
    ...list('facets', facets)
  }
  return { words: words.trim() === '' ? '' : words, filter, isArchivedSaid: archived !== undefined || isAnyArchived || said.isArchived !== undefined }
}

function list <Name extends string, T> (name: Name, values: T[]): { [key in Name]?: T[] } {
  return values.length === 0 ? {} : { [name]: [...new Set(values)] } as { [key in Name]: T[] }
}
