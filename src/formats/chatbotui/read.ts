import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { ownId } from '../kit/own-id.js'
import { isRoleMessage, readRoleMessages } from '../kit/role-messages.js'
import { chatbotuiSidecars } from './sidecars.js'

/**
 * ChatbotUI before its rewrite of 2024, and its forks. Version 1 is an array of conversations, versions 2 to 4 are an
 * object with `history` and `folders`; version 5 exports folders and prompts only and is refused as no history.
 *
 * Every message with text becomes one message, in a line. `prompt` becomes the system prompt, the folder's name a tag.
 * There are no times and no ids of messages, and ids of conversations may be counters.
 */
export const chatbotui: ImportFormat = {
  name: 'chatbotui',
  label: 'ChatbotUI',
  sidecars: chatbotuiSidecars,

  matches (element) {
    const { history, folders, version, messages, name, id } = element
    if (Array.isArray(history) || (history === null && Array.isArray(folders))) return version !== undefined || folders !== undefined
    const isNumbered = typeof id === 'number' || typeof id === 'string'
    return isNumbered && typeof name === 'string' && Array.isArray(messages) && (messages.length === 0 || messages.some(isRoleMessage))
  },

  convert (element) {
    if (!('history' in element)) return [readConversation(element, new Map())]
    const folders = new Map(objectsOf(element.folders).map(({ id, name }) => [keyOf(id), stringOf(name)]))
    const history = Array.isArray(element.history) ? element.history : []
    return history.map((entry) => readConversation(objectOf(entry), folders))
  }
}

function readConversation (entry: JsonObject, folders: ReadonlyMap<string, string | null>): ConversationDraft {
  const model = isObject(entry.model) ? stringOf(entry.model.id) ?? stringOf(entry.model.name) : stringOf(entry.model)
  const { messages } = readRoleMessages(entry.messages, model)
  const folder = folders.get(keyOf(entry.folderId)) ?? null
  const prompt = stringOf(entry.prompt)
  const temperature = numberOf(entry.temperature)
  return {
    sourceId: ownId(entry.id, messages),
    title: stringOf(entry.name),
    endpoint: 'openAI',
    model,
    tags: folder === null ? [] : [folder],
    settings: { ...(prompt !== null && { promptPrefix: prompt }), ...(temperature !== null && { temperature }) },
    messages
  }
}

/** Ids of folders are numbers in one version and text in another. */
function keyOf (id: JsonValue | undefined): string {
  return typeof id === 'number' ? String(id) : stringOf(id) ?? ''
}
