import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readRoleMessages } from '../kit/role-messages.js'
import { typingmindSidecars } from './sidecars.js'

/**
 * TypingMind: `{data: {chats, folders, …}}`, `chats` at the top, or a bare array of chats, as the chunk files
 * (`chats-0.json`, …) in newer zips have them. In those the folders are in another file and their names unknown.
 *
 * Every message with text, media or a tool call becomes one message, in the order of the file whatever its times,
 * one below the other. `tm_multi_responses` is not a message itself: each of its responses is a branch, and the chat goes on
 * below the last. System messages become the system prompt or links; deleted chats are left out.
 */
export const typingmind: ImportFormat = {
  name: 'typingmind',
  label: 'TypingMind',
  sidecars: typingmindSidecars,

  matches (element) {
    if (isObject(element.data) && Array.isArray(element.data.chats)) return element.data.chats.some(isChat)
    return isChat(element) || (Array.isArray(element.chats) && element.chats.some(isChat))
  },

  convert (element) {
    if (isChat(element)) return readChats([element], new Map())
    const data = isObject(element.data) ? element.data : element
    const folders = new Map(objectsOf(data.folders).map(({ id, title, name }) => [stringOf(id), stringOf(title) ?? stringOf(name)]))
    return readChats(Array.isArray(data.chats) ? data.chats : [], folders)
  }
}

function isChat (chat: JsonValue | undefined): boolean {
  if (!isObject(chat) || !Array.isArray(chat.messages)) return false
  return stringOf(chat.chatID) !== null || (typeof chat.chatTitle === 'string' && stringOf(chat.id) !== null)
}

function readChats (chats: JsonValue[], folders: ReadonlyMap<string | null, string | null>): ConversationDraft[] {
  return chats.map(objectOf).filter(({ deletedAt }) => deletedAt === undefined || deletedAt === null).map((chat) => readChat(chat, folders))
}

function readChat (chat: JsonObject, folders: ReadonlyMap<string | null, string | null>): ConversationDraft {
  const model = stringOf(chat.model) ?? stringOf(objectOf(chat.modelInfo).id)
  const { system, messages } = readThread(chat.messages, model)
  const settings = objectOf(chat.chatParams)
  const prompt = stringOf(settings.systemMessage) ?? system
  const folder = folders.get(stringOf(chat.folderID)) ?? null
  return {
    sourceId: stringOf(chat.chatID) ?? stringOf(chat.id),
    title: stringOf(chat.chatTitle),
    endpoint: 'openAI',
    model: model ?? messages.findLast(({ model }) => model)?.model ?? null,
    createdAt: chat.createdAt,
    updatedAt: chat.updatedAt,
    pinned: chat.pinned === true || chat.isPinned === true,
    isArchived: chat.archived === true || chat.isArchived === true,
    tags: [...(folder === null ? [] : [folder]), ...tagsOf(chat.tags)],
    settings: { temperature: settings.temperature, top_p: settings.topP, ...(prompt !== null && { promptPrefix: prompt }) },
    messages
  }
}

/** The messages of a chat; parallel responses fork below the message before them. */
function readThread (list: JsonValue | undefined, chatModel: string | null): { system: string | null, messages: MessageDraft[] } {
  const messages: MessageDraft[] = []
  let system: string | null = null
  let run: JsonObject[] = []

  const lastKey = () => messages.at(-1)?.key ?? null
  const append = (branch: JsonObject[], below: string | null, model = chatModel) => {
    const read = readRoleMessages(branch, model)
    const offset = messages.length
    const place = (key: string) => String(offset + Number(key))
    system ??= read.system
    for (const message of read.messages) {
      messages.push({
        ...message,
        key: place(message.key),
        parent: message.parent === null ? below : place(message.parent)
      })
    }
  }

  for (const message of objectsOf(list)) {
    if (message.type !== 'tm_multi_responses') {
      run.push(message)
      continue
    }
    append(run, lastKey())
    run = []
    const fork = lastKey()
    for (const response of objectsOf(message.responses)) append(objectsOf(response.messages), fork, stringOf(response.model) ?? chatModel)
  }
  append(run, lastKey())
  return { system, messages }
}

function tagsOf (tags: JsonValue | undefined): string[] {
  const names = (Array.isArray(tags) ? tags : []).map((tag) => stringOf(tag) ?? stringOf(objectOf(tag).title) ?? stringOf(objectOf(tag).name))
  return names.filter((name) => name !== null)
}
