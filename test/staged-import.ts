import { chatgpt } from '../src/formats/chatgpt/read.js'
import { normalizeConversation } from '../src/imports/normalize.js'
import { type StagedConversation, stagedParts } from '../src/imports/rows.js'
import { type Chat, chatgptEntry } from './chatgpt-export.js'
import { noContext } from './src/imports/damage.js'

/** Chats of a ChatGPT export as the import thread hands them to the writer. */
export function stagedChats (userNo: number, chats: Chat[]): StagedConversation[] {
  return chats.flatMap((chat, index) => {
    const drafts = chatgpt.convert(JSON.parse(JSON.stringify(chatgptEntry(chat))), noContext)
    return drafts.flatMap((draft) => [...stagedParts(userNo, index, normalizeConversation(draft, chatgpt.name, 1_700_000_000_000))])
  })
}
