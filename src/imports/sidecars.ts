import type { JsonObject, JsonValue } from '../formats/kit/draft.js'
import { isObject } from '../formats/kit/json-value.js'

/** A file people find beside their history and pick by mistake. */
export interface Sidecar {
  /** What it is, as the middle of a sentence: "This is …". */
  what: string
  /** Which file to take instead, as the end of "Pick …". */
  take: string
  matches (value: JsonObject): boolean
}

const chatgpt = 'conversations.json, or the whole zip as ChatGPT sent it'
const claude = 'conversations.json, or the whole zip as Claude sent it'

/** Known by structure, like formats: an object file is asked as it is, an array file by its elements. */
const sidecars: readonly Sidecar[] = [
  {
    what: 'the manifest of an export of Parley (manifest.json), with counts of what is beside it',
    take: 'conversations.ndjson, or the whole zip as Parley made it',
    matches: ({ format, files }) => format === 'parley' && isObject(files)
  },
  {
    what: "the manifest of a ChatGPT export (export_manifest.json), a list of the export's other files",
    take: chatgpt,
    matches: (value) => isObject(value.logical_files)
  },
  {
    what: 'an account profile (user.json)',
    take: 'conversations.json, or the whole zip as downloaded',
    matches: (value) => typeof value.email === 'string' || 'chatgpt_plus_user' in value
  },
  {
    what: 'the list of users of a Claude export (users.json)',
    take: claude,
    matches: (value) => typeof value.email_address === 'string'
  },
  {
    what: 'the list of links shared from ChatGPT (shared_conversations.json), without the conversations themselves',
    take: chatgpt,
    matches: (value) => 'is_anonymous' in value && typeof value.conversation_id === 'string'
  },
  {
    what: 'the ratings given to answers of ChatGPT (message_feedback.json)',
    take: chatgpt,
    matches: (value) => 'rating' in value && typeof value.conversation_id === 'string'
  },
  {
    what: "ChatGPT's record of compared answers (model_comparisons.json)",
    take: chatgpt,
    matches: (value) => isObject(value.input) && isObject(value.output) && 'metadata' in value
  },
  {
    what: 'the list of files in a ChatGPT library (library_files.json)',
    take: chatgpt,
    matches: (value) => typeof value.file_id === 'string'
  },
  {
    what: 'the list of file names of a ChatGPT export (conversation_asset_file_names.json)',
    take: chatgpt,
    matches: (value) => isNonEmpty(value) && Object.entries(value).every(([key, name]) => key.endsWith('.dat') && typeof name === 'string')
  },
  {
    what: 'the list of group chats of ChatGPT (group_chats.json), which people have with each other and are not read',
    take: chatgpt,
    matches: ({ chats, ...others }) => Array.isArray(chats) && Object.keys(others).length === 0 && chats.every(isGroupChat)
  },
  {
    what: 'the projects of a Claude export (projects.json), without the conversations in them',
    take: claude,
    matches: (value) => 'prompt_template' in value || (Array.isArray(value.docs) && typeof value.uuid === 'string')
  },
  {
    what: 'what Claude remembers about a user (memories.json)',
    take: claude,
    matches: (value) => 'conversations_memory' in value || Array.isArray(value.memory_files)
  },
  {
    what: 'the list of pictures and films made with Sora (sora.json)',
    take: chatgpt,
    matches: (value) => Array.isArray(value.generations) || (typeof value.generation_type === 'string' && 'prompt' in value)
  },
  {
    what: "ChatGPT's shopping list (shopping.json)",
    take: chatgpt,
    matches: (value) => Array.isArray(value.items) && Object.keys(value).length === 1
  },
  {
    what: "ChatGPT's record of messages of tools (tool_messages.json), without the conversations they belong to",
    take: chatgpt,
    matches: (value) => typeof value.conversation_id === 'string' && isObject(value.message) && !('mapping' in value)
  },
  {
    what: 'account or sign-in data of Grok (prod-mc-auth.json), without conversations',
    take: 'prod-grok-backend.json, or the whole zip as Grok sent it',
    matches: (value) => isObject(value.user) && Array.isArray(value.sessions)
  },
  {
    what: 'billing data of Grok (prod-mc-billing.json), without conversations',
    take: 'prod-grok-backend.json, or the whole zip as Grok sent it',
    matches: (value) => ['balance_map', 'billing', 'invoices', 'subscriptions'].some((key) => key in value) && !('conversations' in value)
  },
  {
    what: 'a model of Open WebUI, or a list of them, without chats',
    take: 'an export of chats from Open WebUI',
    matches: ({ id, name, info, meta, params, base_model_id: base }) => typeof id === 'string' && typeof name === 'string' &&
      ((isObject(info) && isObject(info.params)) || (isObject(params) && isObject(meta)) || base !== undefined)
  },
  {
    what: 'the prompts of Open WebUI, without chats',
    take: 'an export of chats from Open WebUI',
    matches: ({ command, content }) => typeof command === 'string' && command.startsWith('/') && typeof content === 'string'
  },
  {
    what: 'a preset of LibreChat, which holds settings only',
    take: 'an export of a conversation from LibreChat',
    matches: ({ presetId, messages }) => typeof presetId === 'string' && messages === undefined
  },
  {
    what: "LibreChat's conversations without the messages in them",
    take: 'an export of its collection "messages", or of single conversations from LibreChat',
    matches: ({ conversationId, messages, endpoint }) => typeof conversationId === 'string' && typeof endpoint === 'string' &&
      (messages === undefined || (Array.isArray(messages) && messages.every(isId)))
  },
  {
    what: 'a Gem of Gemini, or a list of them, which holds instructions only',
    take: 'MyActivity.json of "My Activity > Gemini Apps" in Google Takeout',
    matches: ({ name, instructions }) => typeof name === 'string' && typeof instructions === 'string'
  },
  {
    what: 'the settings of a thread of Jan (thread.json), without its messages',
    take: 'messages.jsonl beside it',
    matches: ({ object, assistants, title, messages }) => object === 'thread' || (Array.isArray(assistants) && typeof title === 'string' && messages === undefined)
  },
  {
    what: "ChatbotUI's folders and prompts; this version of it exports no conversations",
    take: 'an export of an earlier version',
    matches: (value) => Array.isArray(value.folders) && Array.isArray(value.prompts) && !('history' in value)
  },
  {
    what: 'the index of a TypingMind export (data.json), whose chats are in the files beside it',
    take: 'the whole zip as TypingMind made it, or its files chats-0.json and so on',
    matches: ({ data }) => isObject(data) && isObject(data.chats) && Array.isArray(data.chats.chunks)
  },
  {
    what: "LobeChat's agents or settings, without conversations",
    take: 'an export of all data from LobeChat',
    matches: (value) => value.exportType === 'agents' || value.exportType === 'settings'
  }
]

/** The known neighbour of histories that this is, or null. */
export function findSidecar (value: JsonObject): Sidecar | null {
  return sidecars.find((candidate) => candidate.matches(value)) ?? null
}

/** MongoDB's `{$oid}`, or an id as text. */
function isId (value: JsonValue | undefined) {
  return typeof value === 'string' || (isObject(value) && typeof value.$oid === 'string')
}

function isGroupChat (chat: JsonValue) {
  return isObject(chat) && !('mapping' in chat) && ['participants', 'members', 'users', 'group_chat_id'].some((key) => key in chat)
}

function isNonEmpty (value: JsonObject) {
  return Object.keys(value).length > 0
}
