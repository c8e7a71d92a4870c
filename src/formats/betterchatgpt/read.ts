import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectOf, stringOf } from '../kit/json-value.js'
import { ownId } from '../kit/own-id.js'
import { isRoleMessage, readRoleMessages } from '../kit/role-messages.js'

/**
 * BetterChatGPT: `{chats, folders, version}`, or the older bare array, in whose chats `folder` is the folder's name.
 *
 * Every message with text or media becomes one message, in a line; leading system messages become the system prompt,
 * later ones are links. The folder becomes a tag. There are no times and no ids of messages.
 */
export const betterchatgpt: ImportFormat = {
  name: 'betterchatgpt',
  label: 'BetterChatGPT',

  matches ({ chats, folders, ...chat }) {
    return isChat(chat) || (Array.isArray(chats) && chats.some((chat) => isObject(chat) && (isChat(chat) || (isObject(folders) && Array.isArray(chat.messages)))))
  },

  convert (element) {
    if (!Array.isArray(element.chats)) return [readChat(element, stringOf)]
    const folders = objectOf(element.folders)
    const nameOf = (id: JsonValue | undefined) => typeof id === 'string' && Object.hasOwn(folders, id) ? stringOf(objectOf(folders[id]).name) : null
    return element.chats.map((chat) => readChat(objectOf(chat), nameOf))
  }
}

function isChat ({ messages, config, titleSet }: JsonObject): boolean {
  if (!Array.isArray(messages) || !(isObject(config) || typeof titleSet === 'boolean')) return false
  return messages.length === 0 || messages.some(isRoleMessage)
}

function readChat (chat: JsonObject, folderName: (folder: JsonValue | undefined) => string | null): ConversationDraft {
  const { model: modelName, ...config } = objectOf(chat.config)
  const model = stringOf(modelName)
  const { system, messages } = readRoleMessages(chat.messages, model)
  const folder = folderName(chat.folder)
  return {
    sourceId: ownId(chat.id, messages),
    title: stringOf(chat.title),
    endpoint: 'openAI',
    model,
    tags: folder === null ? [] : [folder],
    settings: { ...config, ...(system !== null && { promptPrefix: system }) },
    messages
  }
}
