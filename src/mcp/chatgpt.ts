import { Type } from '@sinclair/typebox'
import { DomainError } from '../errors.js'
import { isoTime } from '../iso-time.js'
import { IdSchema } from '../schemas.js'
import { DEFAULT_TRANSCRIPT_CHARACTERS } from './get-conversation.js'
import { linkTo } from './links.js'
import { findResults, MAX_RESULTS } from './pages.js'
import { QuerySchema, WORD_END } from './search-conversations.js'
import { CHATGPT_FETCH, CHATGPT_FETCH_TITLE, CHATGPT_SEARCH, CHATGPT_SEARCH_TITLE, inputs } from './texts.js'
import { defineTool } from './tool.js'

/*
 * The two tools that ChatGPT's connectors need, in the shape that they require: one text with JSON
 * (developers.openai.com/apps-sdk/build/mcp-server, "Company knowledge compatibility").
 */

/** `id` of a result: the ids of the conversation and of the message that matches, percent-encoded, with `#` between them. */
const SEPARATOR = '#'

/** search: ids of what matches, the best first. */
export const chatgptSearch = defineTool({
  name: 'search',
  title: CHATGPT_SEARCH_TITLE,
  description: CHATGPT_SEARCH,
  input: Type.Object({ query: QuerySchema }, { additionalProperties: false }),
  output: Type.Object({ results: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), url: Type.String() })) }),
  async run (context, { query }) {
    const page = await findResults(context, {
      search: query + WORD_END, match: 'any', sortBy: 'relevance', include: 'match', archived: 'any', limit: MAX_RESULTS
    })
    const results = page.conversations.map(({ conversationId, messageId, title, url }) => ({
      id: [conversationId, ...messageId ? [messageId] : []].map(encodeURIComponent).join(SEPARATOR), title, url
    }))
    return { text: JSON.stringify({ results }), data: { results } }
  }
})

/** fetch: the text of one result. */
export const chatgptFetch = defineTool({
  name: 'fetch',
  title: CHATGPT_FETCH_TITLE,
  description: CHATGPT_FETCH,
  // Each character of the two ids is encoded in up to 12.
  input: Type.Object({ id: Type.String({ maxLength: 2 * 12 * (IdSchema.maxLength ?? 0) + 1, description: inputs.id }) }, { additionalProperties: false }),
  output: Type.Object({
    id: Type.String(), title: Type.String(), text: Type.String(), url: Type.String(), metadata: Type.Record(Type.String(), Type.String())
  }),
  async run (context, { id }) {
    const [conversationId = '', around] = id.split(SEPARATOR).map(decoded)
    const { text, title, createdAt, updatedAt, source } = await context.readTranscript({
      conversationId, address: context.address, include: [], maxChars: DEFAULT_TRANSCRIPT_CHARACTERS, ...(around !== undefined && { around })
    })
    const data = {
      id,
      title,
      text,
      url: linkTo(context.address, conversationId, around),
      metadata: { createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt), ...(source !== null && { source }) }
    }
    return { text: JSON.stringify(data), data }
  }
})

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new DomainError('NOT_FOUND', 'There is nothing with this id', 'id')
  }
}
