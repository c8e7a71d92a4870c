import { Type } from '@sinclair/typebox'
import { STORABLE_TEXT } from '../json.js'
import { IdSchema, TagNameSchema, TimeSchema } from '../schemas.js'

/** A tag in its owner's order. `count` is the number of conversations that carry it. */
export const TagSchema = Type.Object({
  _id: Type.String(),
  user: IdSchema,
  tag: Type.String(),
  description: Type.Optional(Type.String()),
  position: Type.Integer({ minimum: 1 }),
  count: Type.Integer({ minimum: 0 }),
  createdAt: TimeSchema,
  updatedAt: TimeSchema
}, {
  $id: 'Tag',
  examples: [{
    _id: '17',
    user: '0192f3c0-11aa-7e0e-9f6b-2d3f6e5c4b1a',
    tag: 'travel',
    description: 'Trips and plans',
    position: 1,
    count: 3,
    createdAt: '2026-01-02T10:00:00.000Z',
    updatedAt: '2026-01-02T10:00:00.000Z'
  }]
})

export const TagDescriptionSchema = Type.String({ maxLength: 1024, pattern: STORABLE_TEXT })
export const TagPositionSchema = Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'The place among the tags: 1 is the first, and so is 0.' })

/** Each tag of a conversation stores a copy of its list row, so each tag slows down every change of the conversation. */
export const MAX_TAGS_PER_CONVERSATION = 50

/** The tags of one conversation. */
export const TagNamesSchema = Type.Array(TagNameSchema, { maxItems: MAX_TAGS_PER_CONVERSATION, examples: [['travel', 'work']] })
