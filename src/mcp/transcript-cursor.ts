import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { DomainError } from '../errors.js'
import { decodeCursor, encodeCursor, listFingerprint } from '../paging/cursor.js'
import { IdSchema } from '../schemas.js'

/** What a transcript can have beside the visible text. */
export const IncludeSchema = Type.Array(Type.Union([Type.Literal('reasoning'), Type.Literal('tools')]), { maxItems: 2 })

const PartSchema = Type.Object({
  /** The last message of the branch. */
  leaf: IdSchema,
  /** `from`: the part begins in this message. `before`: it ends before this message. */
  side: Type.Union([Type.Literal('from'), Type.Literal('before')]),
  messageId: IdSchema,
  /** Where in the Markdown of that message a `from` part begins, in UTF-16 units. */
  offset: Type.Integer({ minimum: 0 }),
  include: IncludeSchema
})

/** A part of a transcript that was left out. It names messages by their ids, so it outlives changes of the conversation. */
export type TranscriptPart = Static<typeof PartSchema>

/** Makes the cursor of a part. */
export function encodePart (userNo: number, conversationId: string, part: TranscriptPart): string {
  return encodeCursor(fingerprintOf(userNo, conversationId), { key: JSON.stringify(part), pk: 0 })
}

/**
 * Reads the cursor of a part.
 * @throws {DomainError} INVALID_CURSOR for one of another conversation, and for any other text.
 */
export function decodePart (userNo: number, conversationId: string, cursor: string): TranscriptPart {
  const { key } = decodeCursor(cursor, fingerprintOf(userNo, conversationId), 'string')
  const part = parsed(String(key))
  if (Value.Check(PartSchema, part)) return part
  throw foreignCursor()
}

/** The error of a cursor that does not fit the conversation. */
export function foreignCursor () {
  return new DomainError('INVALID_CURSOR', 'The cursor does not belong to this conversation as it is now; start again without one', 'cursor')
}

function fingerprintOf (userNo: number, conversationId: string) {
  return listFingerprint('transcript', userNo, conversationId)
}

function parsed (json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
