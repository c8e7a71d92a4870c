import { type Static, Type } from '@sinclair/typebox'
import { STORABLE_TEXT } from '../json.js'
import { IdSchema, TimeSchema } from '../schemas.js'
import { NO_PARENT } from './tree.js'

/** Longest text of one message, in characters. */
export const MAX_TEXT = 1_048_576

const ShortText = Type.String({ maxLength: 4096, pattern: STORABLE_TEXT })

/** The text of a message. */
export const MessageTextSchema = Type.String({ maxLength: MAX_TEXT, pattern: STORABLE_TEXT, examples: ['Hello'] })

const JsonObjectSchema = Type.Object({}, { additionalProperties: true })

/** One part of a message's content, by LibreChat's shapes: `text`, `think`, `tool_call`, … */
export const ContentPartSchema = Type.Object({ type: Type.String({ maxLength: 64 }) }, { title: 'ContentPart', additionalProperties: true })

/** The user's rating of an answer. */
export const FeedbackSchema = Type.Object({
  rating: Type.Union([Type.Literal('thumbsUp'), Type.Literal('thumbsDown')]),
  tag: Type.Optional(Type.Any({ description: 'A reason, as text or as the object that LibreChat sends.' })),
  text: Type.Optional(Type.String({ maxLength: 1024, pattern: STORABLE_TEXT }))
}, { title: 'Feedback', additionalProperties: false, examples: [{ rating: 'thumbsUp', tag: 'accurate_reliable' }] })

/** The fields of a message except ids, links and times. */
export const messageFields = {
  sender: Type.Optional(ShortText),
  text: Type.Optional(MessageTextSchema),
  isCreatedByUser: Type.Optional(Type.Boolean()),
  content: Type.Optional(Type.Array(ContentPartSchema, { maxItems: 1000 })),
  endpoint: Type.Optional(ShortText),
  model: Type.Optional(Type.Union([ShortText, Type.Null()])),
  unfinished: Type.Optional(Type.Boolean()),
  error: Type.Optional(Type.Boolean()),
  finish_reason: Type.Optional(ShortText),
  tokenCount: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  feedback: Type.Optional(FeedbackSchema),
  files: Type.Optional(Type.Array(JsonObjectSchema, { maxItems: 1000 })),
  attachments: Type.Optional(Type.Array(JsonObjectSchema, { maxItems: 1000 })),
  metadata: Type.Optional(JsonObjectSchema),
  iconURL: Type.Optional(ShortText),
  thread_id: Type.Optional(ShortText)
}

const example = {
  messageId: '0192f3c2-0000-7000-8000-000000000001',
  conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10',
  parentMessageId: NO_PARENT,
  createdAt: '2026-01-02T10:00:00.000Z',
  updatedAt: '2026-01-02T10:00:00.000Z',
  sender: 'User',
  isCreatedByUser: true,
  text: 'Hello',
  endpoint: 'openAI',
  model: null,
  unfinished: false,
  error: false
}

/** A message in its wire shape. */
export const MessageSchema = Type.Object({
  messageId: IdSchema,
  conversationId: IdSchema,
  parentMessageId: IdSchema,
  createdAt: TimeSchema,
  updatedAt: TimeSchema,
  ...messageFields,
  sender: Type.String(),
  text: Type.String(),
  isCreatedByUser: Type.Boolean()
}, { $id: 'Message', examples: [example] })

/** Ids of messages that clients choose. */
export const MESSAGE_ID = '^[A-Za-z0-9_-]{1,64}$'

/** The id of a message's parent. Empty means that it has none. */
export const PARENT_ID = '^[A-Za-z0-9_-]{0,64}$'

/** A message as a client saves it. */
export const MessageInputSchema = Type.Object({
  messageId: Type.String({ pattern: MESSAGE_ID, examples: [example.messageId] }),
  conversationId: Type.Optional(IdSchema),
  parentMessageId: Type.Optional(Type.Union([Type.String({ pattern: PARENT_ID }), Type.Null()])),
  ...messageFields
}, { title: 'MessageInput', additionalProperties: false, examples: [{ messageId: example.messageId, parentMessageId: NO_PARENT, text: 'Hello', isCreatedByUser: true }] })

/** Largest body of a request with a message: `MAX_TEXT` with its escapes, and some content. */
export const MESSAGE_BODY_LIMIT = 3 * 1024 * 1024

/** New text for a message, or for the content part at `index`. */
export const MessageEditSchema = Type.Object({
  text: MessageTextSchema,
  index: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  model: Type.Optional(ShortText),
  tokenCount: messageFields.tokenCount
}, { additionalProperties: false, examples: [{ text: 'Hello again' }] })

export type MessageView = Static<typeof MessageSchema>
export type MessageInput = Static<typeof MessageInputSchema>
