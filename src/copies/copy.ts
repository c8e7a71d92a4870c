import { v7 as uuid } from 'uuid'
import { type Conversation, requireConversationForRead } from '../conversations/find.js'
import { viewConversation, wholeConversation } from '../conversations/view.js'
import type { Db } from '../db/connection.js'
import { streamMessages } from '../messages/stream.js'
import type { Database } from '../writer/database.js'
import { abandonCopy, beginCopy, continueCopy } from './commands.js'
import type { Copying } from './fork.js'

/** Where copies are made, and how to have the rows of one that failed removed. */
interface CopyContext { database: Pick<Database, 'reader' | 'writer'>, housekeeping: { schedule (): void, discardLater (partitionNo: number): void } }

/**
 * Forks or duplicates a conversation, completely or not at all; returns the new one. Nobody sees a
 * large copy before it is complete, and a failure or a crash leaves nothing of it.
 * @throws {DomainError} NOT_FOUND, FORBIDDEN, INVALID, LIMIT_REACHED; CONFLICT when messages changed while many were copied.
 */
export async function copyConversation ({ database, housekeeping }: CopyContext, copying: Copying & { userNo: number }): Promise<Conversation> {
  const { writer, reader } = database
  const input = { ...copying, copyId: uuid(), now: Date.now() }
  const partitionNo = await beginCopy(writer, input)
  if (partitionNo !== null) {
    try {
      await continueCopy(writer, { ...input, partitionNo })
    } catch (error) {
      // The first failure is the one to tell.
      await abandonCopy(writer, { partitionNo }).catch(() => housekeeping.discardLater(partitionNo))
      housekeeping.schedule()
      throw error
    }
  }
  return requireConversationForRead(reader, input.userNo, input.copyId)
}

/**
 * `{"conversation": …, "messages": […]}` in pieces. Streamed, because a copy can have as many messages as any conversation.
 */
export function streamCopy (db: Db, { pk, conversationId }: Pick<Conversation, 'pk' | 'conversationId'>, userId: string): Generator<string, void, void> {
  const conversation = viewConversation(wholeConversation(db, pk), userId)
  return streamMessages(db, { pk, conversationId }, `{"conversation":${JSON.stringify(conversation)},"messages":[`, ']}')
}
