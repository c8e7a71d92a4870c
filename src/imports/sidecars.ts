import type { JsonObject } from '../formats/kit/draft.js'
import { isObject } from '../formats/kit/json-value.js'

/** A file people find beside their history and pick by mistake. */
interface Sidecar {
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
    what: 'an empty list of group chats of ChatGPT (group_chats.json)',
    take: chatgpt,
    matches: (value) => Array.isArray(value.chats) && value.chats.length === 0 && Object.keys(value).length === 1
  },
  {
    what: 'the projects of a Claude export (projects.json), without the conversations in them',
    take: claude,
    matches: (value) => 'prompt_template' in value || (Array.isArray(value.docs) && typeof value.uuid === 'string')
  },
  {
    what: 'what Claude remembers about a user (memories.json)',
    take: claude,
    matches: (value) => 'conversations_memory' in value
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

/** One sentence naming what this is and what to pick instead, when it is a known neighbour of histories; else null. */
export function sidecarSentence (value: JsonObject): string | null {
  const sidecar = sidecars.find((candidate) => candidate.matches(value))
  return sidecar === undefined ? null : `This is ${sidecar.what}. Pick ${sidecar.take}.`
}

function isNonEmpty (value: JsonObject) {
  return Object.keys(value).length > 0
}
