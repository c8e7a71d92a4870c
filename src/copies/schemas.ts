import { type Static, Type } from '@sinclair/typebox'
import { MessageSchema } from '../messages/schemas.js'
import { IdSchema, ref } from '../schemas.js'
import { ConversationSchema, TitleSchema } from '../conversations/schemas.js'

const literals = <const Names extends string[]> (...names: Names) => names.map((name) => Type.Literal<Names[number]>(name))

const id = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'

/** The body of a fork request. */
export const ForkBodySchema = Type.Object({
  conversationId: IdSchema,
  messageId: IdSchema,
  option: Type.Optional(Type.Union([...literals('directPath', 'direct', 'includeBranches', 'branch', 'targetLevel', ''), Type.Null()], {
    description: '`directPath` (or `direct`): from the root to the message. `includeBranches` (or `branch`): that, and the siblings on the way. ' +
      '`targetLevel` (or nothing): everything down to the level of the message.'
  })),
  splitAtTarget: Type.Optional(Type.Boolean({
    description: 'Start the copy at the level of the message, which becomes a root; `latestMessageId` is then what `option` goes by.'
  })),
  latestMessageId: Type.Optional(IdSchema)
}, {
  additionalProperties: false,
  examples: [{ conversationId: id, messageId: '0192f3c2-0000-7000-8000-000000000001', option: 'includeBranches' }]
})

/** The body of a duplicate request. Without a title the copy gets the title of the source. */
export const DuplicateBodySchema = Type.Object({
  conversationId: IdSchema,
  title: Type.Optional(TitleSchema)
}, { additionalProperties: false, examples: [{ conversationId: id, title: 'Copy of Trip to Lisbon' }] })

/** A new conversation with all its messages, parents before children. */
export const ConversationCopySchema = Type.Object({
  conversation: ref(ConversationSchema),
  messages: Type.Array(ref(MessageSchema))
}, { $id: 'ConversationCopy' })

export type ForkBody = Static<typeof ForkBodySchema>
export type DuplicateBody = Static<typeof DuplicateBodySchema>
