import { type Static, type TOptional, Type } from '@sinclair/typebox'
import { IdSchema, TimeSchema } from '../schemas.js'
import { conversationSettings, type SettingName } from './settings.js'
import { MAX_TITLE_CODE_POINTS } from './title.js'

const optionalText = Type.Optional(Type.String())

const settingSchemas = {
  string: Type.String(),
  number: Type.Number(),
  boolean: Type.Boolean(),
  strings: Type.Array(Type.String()),
  json: Type.Any()
}

type SettingSchemas = { [Name in SettingName]: TOptional<typeof settingSchemas[typeof conversationSettings[Name]['kind']]> }

/** Every setting as an optional property. */
const settings = Object.fromEntries(Object.entries(conversationSettings)
  .map(([name, { kind }]) => [name, Type.Optional(settingSchemas[kind])])) as SettingSchemas

/** A title as a client sends it. `cleanTitle` makes the stored one. */
export const TitleSchema = Type.String({
  maxLength: 65_536,
  description: `Trimmed, one line, without control characters, cut at ${MAX_TITLE_CODE_POINTS} code points.`,
  examples: ['Trip to Lisbon']
})

const listRow = {
  conversationId: IdSchema,
  user: IdSchema,
  title: Type.String(),
  endpoint: optionalText,
  endpointType: settings.endpointType,
  model: optionalText,
  agent_id: settings.agent_id,
  assistant_id: settings.assistant_id,
  spec: settings.spec,
  iconURL: settings.iconURL,
  tags: Type.Array(Type.String()),
  isArchived: Type.Boolean(),
  pinned: Type.Boolean(),
  createdAt: TimeSchema,
  updatedAt: TimeSchema,
  archivedAt: Type.Union([TimeSchema, Type.Null()], { description: 'When it was archived; null unless it is.' })
}

const example = {
  conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10',
  user: '0192f3c0-11aa-7e0e-9f6b-2d3f6e5c4b1a',
  title: 'Trip to Lisbon',
  endpoint: 'openAI',
  model: 'gpt-4o',
  tags: ['travel'],
  isArchived: false,
  pinned: false,
  createdAt: '2026-01-02T10:00:00.000Z',
  updatedAt: '2026-01-03T09:00:00.000Z',
  archivedAt: null
}

/** Why a conversation was found. */
const MatchedSchema = Type.Optional(Type.Object({
  messageId: Type.Union([Type.String(), Type.Null()], { description: 'The message with most of the words. Null when only the title has any.' }),
  snippet: Type.String({ description: 'HTML around the words in that message or the title: matches in `<mark>`, everything else escaped.' })
}, { description: 'Only with `include=match`, for a search of words.' }))

/** A conversation in a list. */
export const ConversationRowSchema = Type.Object({ ...listRow, match: MatchedSchema }, { $id: 'ConversationRow', examples: [example] })

/** A whole conversation without its messages. Settings that are not set are left out. */
export const ConversationSchema = Type.Object({
  ...listRow,
  ...settings,
  messageCount: Type.Integer({ minimum: 0 }),
  forkedFrom: Type.Optional(Type.Object({ conversationId: IdSchema, messageId: Type.Optional(IdSchema) }))
}, { $id: 'Conversation', examples: [{ ...example, temperature: 0.7, messageCount: 12 }] })

/** A whole conversation as it goes over the wire. */
export type ConversationView = Static<typeof ConversationSchema>

/** The result of a deletion. */
export const DeletionSchema = Type.Object({
  acknowledged: Type.Literal(true),
  deletedCount: Type.Integer({ minimum: 0 }),
  messages: Type.Object({ acknowledged: Type.Literal(true), deletedCount: Type.Integer({ minimum: 0 }) }),
  thread: Type.Optional(Type.Object({
    deleted: Type.Boolean(),
    error: Type.Optional(Type.String({ description: 'Why the thread may still be there.' }))
  }, { description: 'What became of the thread at the Assistants server, if one was named.' }))
}, {
  $id: 'Deletion',
  examples: [{ acknowledged: true, deletedCount: 1, messages: { acknowledged: true, deletedCount: 4 } }]
})
