import { Type } from '@sinclair/typebox'
import { notFound, requireKeyForRead } from '../conversations/find.js'
import { inSnapshot } from '../db/snapshot.js'
import { readConversation } from '../exports/read-conversation.js'
import type { StoredConversation } from '../formats/kit/stored.js'
import { IdSchema } from '../schemas.js'
import { GET, GET_TITLE, inputs } from './texts.js'
import { defineTool, type McpContext } from './tool.js'
import { type TranscriptRequest, transcriptOf } from './transcript.js'
import { decodePart, encodePart, IncludeSchema, type TranscriptPart } from './transcript-cursor.js'

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
    return { text: readTranscript(context, conversationId, { ...request, ...(part && { part }) }).text }
  }
})

/** A transcript and the conversation that it is of. The messages of the conversation can no longer be read. */
export interface Transcript { text: string, conversation: Omit<StoredConversation, 'message'> }

/**
 * Returns a transcript of the caller's conversation, of one moment.
 * @throws {DomainError} NOT_FOUND for an unknown conversation and for somebody else's alike; see `transcriptOf`.
 */
export function readTranscript ({ db, userNo, address }: McpContext, conversationId: string, request: TranscriptRequest): Transcript {
  return inSnapshot(db, () => {
    const conversation = readConversation(db, userNo, requireKeyForRead(db, userNo, conversationId))
    if (!conversation) throw notFound()
    const cursorOf = (part: TranscriptPart) => encodePart(userNo, conversationId, part)
    return { text: transcriptOf(conversation, request, { address, cursorOf }), conversation }
  })
}
