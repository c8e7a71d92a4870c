import type { JsonObject, JsonValue, Sidecar } from '../kit/draft.js'
import { isObject } from '../kit/json-value.js'

const take = 'conversations.json, or the whole zip as ChatGPT sent it'

/** What people find beside their history of ChatGPT and pick by mistake. */
export const chatgptSidecars: readonly Sidecar[] = [
  {
    what: "the manifest of a ChatGPT export (export_manifest.json), a list of the export's other files",
    take,
    matches: (value) => isObject(value.logical_files)
  },
  {
    what: 'an account profile (user.json)',
    take: 'conversations.json, or the whole zip as downloaded',
    matches: (value) => typeof value.email === 'string' || 'chatgpt_plus_user' in value
  },
  {
    what: 'the list of links shared from ChatGPT (shared_conversations.json), without the conversations themselves',
    take,
    matches: (value) => 'is_anonymous' in value && typeof value.conversation_id === 'string'
  },
  {
    what: 'the ratings given to answers of ChatGPT (message_feedback.json)',
    take,
    matches: (value) => 'rating' in value && typeof value.conversation_id === 'string'
  },
  {
    what: "ChatGPT's record of compared answers (model_comparisons.json)",
    take,
    matches: (value) => isObject(value.input) && isObject(value.output) && 'metadata' in value
  },
  {
    what: 'the list of files in a ChatGPT library (library_files.json)',
    take,
    matches: (value) => typeof value.file_id === 'string'
  },
  {
    what: 'the list of file names of a ChatGPT export (conversation_asset_file_names.json)',
    take,
    isCompanion: true,
    matches: (value) => isNonEmpty(value) && Object.entries(value).every(([key, name]) => key.endsWith('.dat') && typeof name === 'string')
  },
  {
    what: 'the list of group chats of ChatGPT (group_chats.json), which people have with each other and are not read',
    take,
    matches: ({ chats, ...others }) => Array.isArray(chats) && Object.keys(others).length === 0 && chats.every(isGroupChat)
  },
  {
    what: 'the list of pictures and films made with Sora (sora.json)',
    take,
    matches: (value) => Array.isArray(value.generations) || (typeof value.generation_type === 'string' && 'prompt' in value)
  },
  {
    what: "ChatGPT's shopping list (shopping.json)",
    take,
    matches: (value) => Array.isArray(value.items) && Object.keys(value).length === 1
  },
  {
    what: "ChatGPT's record of messages of tools (tool_messages.json), without the conversations they belong to",
    take,
    matches: (value) => typeof value.conversation_id === 'string' && isObject(value.message) && !('mapping' in value)
  }
]

function isGroupChat (chat: JsonValue) {
  return isObject(chat) && !('mapping' in chat) && ['participants', 'members', 'users', 'group_chat_id'].some((key) => key in chat)
}

function isNonEmpty (value: JsonObject) {
  return Object.keys(value).length > 0
}
