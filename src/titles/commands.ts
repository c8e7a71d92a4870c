import { requireConversationForRead } from '../conversations/find.js'
import { storeTitle } from '../conversations/store-title.js'
import { cleanTitle, UNTITLED } from '../conversations/title.js'
import { defineCommand } from '../writer/command.js'

/**
 * Gives a conversation the title that was made for it, unless it was given another one meanwhile. Answers the
 * title it has now. The order of the list, which is by `updatedAt`, does not change.
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
