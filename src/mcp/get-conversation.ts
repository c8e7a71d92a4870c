import { Type } from '@sinclair/typebox'
import { IdSchema } from '../schemas.js'
import { GET, GET_TITLE, inputs } from './texts.js'
import { defineTool } from './tool.js'
import { decodePart, IncludeSchema } from './transcript-cursor.js'

/** Length of a transcript in characters. The least is more than the heading of a message, so each part has some text. */
export const MAX_TRANSCRIPT_CHARACTERS = 100_000
const MIN_TRANSCRIPT_CHARACTERS = 1000
export const DEFAULT_TRANSCRIPT_CHARACTERS = 20_000

const id = (description: string) => Type.String({ minLength: 1, maxLength: IdSchema.maxLength ?? 0, description })

/** get_conversation: a part of a conversation as Markdown. */
export const getConversation = defineTool({
  name: 'get_conversation',
  title: GET_TITLE,
  description: GET,
  input: Type.Object({
    conversationId: id(inputs.conversationId),
    around: Type.Optional(id(inputs.around)),
    leaf: Type.Optional(id(inputs.leaf)),
    include: { ...IncludeSchema, default: [], description: inputs.include },
    maxChars: Type.Integer({
      minimum: MIN_TRANSCRIPT_CHARACTERS, maximum: MAX_TRANSCRIPT_CHARACTERS, default: DEFAULT_TRANSCRIPT_CHARACTERS, description: inputs.maxChars
    }),
    cursor: Type.Optional(Type.String({ maxLength: 4096, description: inputs.part }))
  }, { additionalProperties: false }),
  async run (context, { conversationId, cursor, ...request }) {
    const part = cursor === undefined ? null : decodePart(context.userNo, conversationId, cursor)
    const { text } = await context.readTranscript({ ...request, conversationId, address: context.address, ...(part && { part }) })
    return { text }
  }
})
