import { requireConversationForRead } from '../conversations/find.js'
import { storeTitle } from '../conversations/store-title.js'
import { cleanTitle, UNTITLED } from '../conversations/title.js'
import { defineCommand } from '../writer/command.js'

/**
 * Stores a generated title, unless the conversation got a title meanwhile. Returns its current title. `updatedAt` does
 * not change, so the conversation keeps its position in the list.
 * @throws {DomainError} NOT_FOUND when the conversation is gone.
 */
export const setGeneratedTitle = defineCommand({
  name: 'setGeneratedTitle',
  kind: 'short',
  run (db, input: { userNo: number, conversationId: string, title: string }): string {
    const conversation = requireConversationForRead(db, input.userNo, input.conversationId)
    if (conversation.title !== UNTITLED) return conversation.title
    const title = cleanTitle(input.title)
    storeTitle(db, conversation, title, null)
    return title
  }
})

/** Commands of the title generator. */
export const titleCommands = [setGeneratedTitle]
