import { Type } from '@sinclair/typebox'
import { counted, findResults, pageInputs, PageSchema, pageText } from './pages.js'
import { LIST, LIST_TITLE } from './texts.js'
import { defineTool } from './tool.js'

/** list_conversations: the conversations, the latest change first. */
export const listConversationsTool = defineTool({
  name: 'list_conversations',
  title: LIST_TITLE,
  description: LIST,
  input: Type.Object(pageInputs, { additionalProperties: false }),
  output: PageSchema,
  async run (context, { tags, ...input }) {
    const page = await findResults(context, { ...input, ...(tags && { allTags: tags }) })
    const { length } = page.conversations
    return { text: pageText(page, length > 0 ? `${counted(length, 'conversation')}, the latest change first:` : 'No conversations.'), data: page }
  }
})
