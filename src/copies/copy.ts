import { v7 as uuid } from 'uuid'
import { type Conversation, requireConversationForRead } from '../conversations/find.js'
import { viewConversation, wholeConversation } from '../conversations/view.js'
import type { Db } from '../db/connection.js'
import { streamMessages } from '../messages/stream.js'
import type { Database } from '../writer/database.js'
import { abandonCopy, beginCopy, continueCopy } from './commands.js'
import type { CopyRequest } from './fork.js'

/** The database, and the housekeeping that removes the rows of a failed copy. */
interface CopyContext { database: Pick<Database, 'reader' | 'writer'>, housekeeping: { schedule (): void, discardLater (partitionNo: number): void } }

/**
 * Forks or duplicates a conversation, all or nothing, and returns the new one. A large copy is invisible until it is
 * complete. A failure or a crash leaves no part of it.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, INVALID, LIMIT_REACHED; QUOTA_REACHED when it exceeds `roomBytes`;
 * CONFLICT when the source changed during a large copy.
 */
export async function copyConversation ({ database, housekeeping }: CopyContext, request: CopyRequest & { userNo: number, roomBytes?: number }): Promise<Conversation> {
  const { writer, reader } = database
  const input = { ...request, copyId: uuid(), now: Date.now() }
  const partitionNo = await beginCopy(writer, input)
  if (partitionNo !== null) {
    try {
      await continueCopy(writer, { ...input, partitionNo })
    } catch (error) {
      // The caller gets the first error, not one of the cleanup.
      await abandonCopy(writer, { partitionNo }).catch(() => housekeeping.discardLater(partitionNo))
      housekeeping.schedule()
      throw error
    }
  }
  return requireConversationForRead(reader, input.userNo, input.copyId)
}

/** Streams `{"conversation": …, "messages": […]}`, because a copy can have any number of messages. */
export function streamCopy (db: Db, { pk, conversationId }: Pick<Conversation, 'pk' | 'conversationId'>, userId: string): Generator<string, void, void> {
  const conversation = viewConversation(wholeConversation(db, pk), userId)
  return streamMessages(db, { pk, conversationId }, `{"conversation":${JSON.stringify(conversation)},"messages":[`, ']}')
}
