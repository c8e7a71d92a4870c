import { Type } from '@sinclair/typebox'
import { MAX_SEARCH_LENGTH } from '../paging/search.js'
import { counted, findResults, pageInputs, PageSchema, pageText } from './pages.js'
import { inputs, SEARCH, SEARCH_TITLE } from './texts.js'
import { defineTool } from './tool.js'

/** The text of a search. */
export const QuerySchema = Type.String({ maxLength: MAX_SEARCH_LENGTH, description: inputs.query })

/** Marks the last word as complete. Otherwise it would also be a beginning, as for somebody who is typing. */
export const WORD_END = ' '

/** search_conversations: the conversations that match a query, the best first. */
export const searchConversations = defineTool({
  name: 'search_conversations',
  title: SEARCH_TITLE,
  description: SEARCH,
  input: Type.Object({
    query: QuerySchema,
    match: Type.Union([Type.Literal('any'), Type.Literal('all')], { default: 'any', description: inputs.match }),
    role: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('assistant')], { description: inputs.role })),
    has: Type.Optional(Type.Array(Type.Union([Type.Literal('code'), Type.Literal('reasoning'), Type.Literal('tool'), Type.Literal('file')]), {
      maxItems: 4, description: inputs.has
    })),
    ...pageInputs
  }, { additionalProperties: false }),
  output: PageSchema,
  async run (context, { query, tags, ...input }) {
    const page = await findResults(context, {
      ...input, ...(tags && { allTags: tags }), search: query + WORD_END, sortBy: 'relevance', include: 'match'
    })
    return { text: pageText(page, corrected(page.correctedSearch) + found(page.conversations.length, page.anyCount) + incomplete(page.indexedShare)), data: page }
  }
})

function found (count: number, anyCount = 0): string {
  if (count > 0) return `${counted(count, 'conversation')}, the best match first:`
  return anyCount > 0 ? `No conversation has all of these words. ${anyCount} have some of them: use match: "any".` : 'No conversation matches.'
}

function corrected (search?: string): string {
  return search === undefined ? '' : `Nothing is spelled as in the query. These are the results for: ${search}\n\n`
}

function incomplete (share = 1): string {
  return share === 1 ? '' : `\n\nThe search index is being made again. Only ${Math.floor(share * 100)} % of the conversations can be found now.`
}
