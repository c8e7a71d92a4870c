import { notFound, requireKeyForRead } from '../conversations/find.js'
import type { Db } from '../db/connection.js'
import { inSnapshot } from '../db/snapshot.js'
import { readConversation } from '../exports/read-conversation.js'
import { type TranscriptRequest, transcriptOf } from './transcript.js'
import { encodePart, type TranscriptPart } from './transcript-cursor.js'

/** Which transcript to read. `address` is the page's, without a slash at the end. */
export interface TranscriptInput extends TranscriptRequest { conversationId: string, address: string }

/** A transcript and what it is of. Times are in milliseconds since 1970. `source` is null for what began here. */
export interface Transcript { text: string, title: string, createdAt: number, updatedAt: number, source: string | null }

/**
 * Returns a transcript of a user's conversation, of one moment. It reads the links of all messages, so for a long
 * conversation it takes long: up to 0.2 s for 50,000 messages.
 * @throws {DomainError} NOT_FOUND for an unknown conversation and for somebody else's alike; see `transcriptOf`.
 */
export function readTranscript (db: Db, userNo: number, { conversationId, address, ...request }: TranscriptInput): Transcript {
  return inSnapshot(db, () => {
    const conversation = readConversation(db, userNo, requireKeyForRead(db, userNo, conversationId))
    if (!conversation) throw notFound()
    const { title, createdAt, updatedAt, origin } = conversation
    const cursorOf = (part: TranscriptPart) => encodePart(userNo, conversationId, part)
    return { text: transcriptOf(conversation, request, { address, cursorOf }), title, createdAt, updatedAt, source: origin?.source ?? null }
  })
}
