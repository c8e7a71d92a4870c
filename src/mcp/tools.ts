import { chatgptFetch, chatgptSearch } from './chatgpt.js'
import { getConversation } from './get-conversation.js'
import { listConversationsTool } from './list-conversations.js'
import { searchConversations } from './search-conversations.js'
import type { Tool } from './tool.js'

/** The tools. */
export const tools: readonly Tool[] = [searchConversations, getConversation, listConversationsTool]

/** Further tools, for ChatGPT's connectors. */
export const chatgptTools: readonly Tool[] = [chatgptSearch, chatgptFetch]
