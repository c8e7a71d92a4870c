import { v7 as uuid } from 'uuid'
import { conversationMembers, withUser } from '../conversations/json.js'
import { type Conversation, getConversation } from '../conversations/row.js'
import type { Db } from '../db/connection.js'
import { messagesAsJson } from '../messages/queries.js'
import type { Database } from '../writer/database.js'
import { abandonCopy, beginCopy, continueCopy } from './commands.js'
import type { Copying } from './fork.js'

/** Where copies are made, and how to have the rows of one that failed removed. */
interface CopyContext { database: Pick<Database, 'reader' | 'writer'>, housekeeping: { schedule (): void } }

/**
 * Forks or duplicates a conversation, completely or not at all; answers the new one as it is stored. Nobody sees a
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
      // If even this fails the next start gives the copy up, and the first failure is the one to tell.
      await abandonCopy(writer, { partitionNo }).catch(() => undefined)
      housekeeping.schedule()
      throw error
    }
  }
  return getConversation(reader, input.userNo, input.copyId)
}

/** `{"conversation": …, "messages": […]}` in pieces, each read when it is asked for. */
export function * conversationAsJson (db: Db, conversation: Pick<Conversation, 'pk' | 'conversationId'>, userId: string): Generator<string, void, void> {
  const messages = messagesAsJson(db, conversation)
  const { value: first = '' } = messages.next()
  let piece = `{"conversation":${withUser(conversationMembers(db, conversation.pk), userId)},"messages":${first}`
  for (const next of messages) {
    yield piece
    piece = next
  }
  yield piece + '}'
}
