import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { type TreeNode, readNodes } from '../kit/node-map.js'
import { linkById, messageObjects } from '../kit/link-by-id.js'
import { readContent, readError, readExecutions, readFiles, readSources } from './content.js'
import { fromParts, textPart } from '../kit/message-parts.js'
import { mediaMetadata, withPages } from '../kit/citations.js'
import { openWebUiSidecars } from './sidecars.js'

/**
 * Open WebUI's export of chats, and Z.ai's, which is the same software: one element per chat, wrapped in its database
 * record or, in early versions and converters, bare. The messages are `history.messages`; the list `messages`, a copy
 * of the branch on show, is read only where there is no history.
 *
 * Every message with something to see becomes one message; several models' answers to one question are siblings, and
 * so is `merged`, the answer made of them. System messages are never shown, and like empty messages only links; the
 * first of them stands in for a missing system prompt.
 */
export const openWebUi: ImportFormat = {
  name: 'openwebui',
  label: 'Open WebUI',
  sidecars: openWebUiSidecars,

  matches ({ chat, history }) {
    if (isObject(chat)) return isObject(chat.history) || isList(chat.messages)
    return isObject(history) && isList(history.messages)
  },

  convert (element) {
    const chat = isObject(element.chat) ? element.chat : element
    const nodes = readHistory(chat)
    const messages = nodes.flatMap(readNode)
    const { system: prompt, ...params } = objectOf(chat.params)
    const system = [prompt, chat.system, ...nodes.map(systemText)].map(stringOf).find((text) => text !== null)
    const models = Array.isArray(chat.models) ? chat.models.map(stringOf) : []
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.id) ?? stringOf(chat.id),
      title: stringOf(element.title) ?? stringOf(chat.title),
      endpoint: 'openAI',
      model: models.find((model) => model !== null) ?? messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.created_at ?? chat.timestamp,
      updatedAt: element.updated_at,
      isArchived: element.archived === true,
      pinned: element.pinned === true,
      tags: [objectOf(element.meta).tags, element.tags, chat.tags].flatMap(readTags),
      settings: { ...params, ...(system !== undefined && { promptPrefix: system }) },
      messages
    }
    return [conversation]
  }
}

/** The messages with their parents found. */
function readHistory (chat: JsonObject): TreeNode[] {
  const { messages } = objectOf(chat.history)
  if (isObject(messages) && Object.values(messages).some(isObject)) {
    return readNodes(Object.fromEntries(Object.entries(messages).map(([key, message]) => [key, asNode(message)])))
  }
  const copy = isObject(chat.messages) ? Object.values(chat.messages).map((message) => message ?? null) : chat.messages
  const found = messageObjects(Array.isArray(messages) && messages.length > 0 ? messages : copy)
  const links = linkById(found.map(({ id, parentId, childrenIds }) => ({ id: stringOf(id), parentId: stringOf(parentId), childIds: childrenIds })))
  return found.map((message, index) => ({ ...links[index] ?? { key: String(index), parent: null }, message }))
}

/** A message as a node of ChatGPT's mapping, the same tree by other names. */
function asNode (message: JsonValue | undefined): JsonObject | null {
  return isObject(message) ? { parent: message.parentId, children: message.childrenIds, message } : null
}

function readNode ({ key, parent, message }: TreeNode): MessageDraft[] {
  const answer = { key, parent, ...readMessage(message ?? {}), sourceId: stringOf(message?.id) ?? key }
  const merged = fromParts([textPart(stringOf(objectOf(message?.merged).content))])
  const { isCreatedByUser, createdAt } = answer
  return merged.keep ? [answer, { key: `${key} merged`, parent, sourceId: null, isCreatedByUser, sender: 'merged', createdAt, ...merged }] : [answer]
}

function readMessage (message: JsonObject): Omit<MessageDraft, 'key' | 'parent' | 'sourceId'> {
  const isCreatedByUser = message.role === 'user'
  if (message.role === 'system') return { keep: false, isCreatedByUser, text: '' }
  const { parts, assets } = readContent(message, isCreatedByUser)
  const files = readFiles(message)
  const pages = readSources(message)
  const model = isCreatedByUser ? null : stringOf(message.model)
  return {
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : stringOf(message.modelName) ?? model ?? 'assistant',
    ...fromParts([...parts, ...readExecutions(message), readError(message), textPart([files.text, withPages('', pages)].filter((text) => text !== '').join('\n\n'))]),
    model,
    createdAt: message.timestamp,
    metadata: mediaMetadata([...assets, ...files.assets], pages),
    feedback: readFeedback(objectOf(message.annotation)),
    unfinished: message.done === false,
    error: Boolean(message.error)
  }
}

function systemText (node: TreeNode): JsonValue | undefined {
  return node.message?.role === 'system' ? node.message.content : undefined
}

function readFeedback ({ rating, reason, comment }: JsonObject): NonNullable<MessageDraft['feedback']> | null {
  const thumb = rating === 1 ? 'thumbsUp' : rating === -1 ? 'thumbsDown' : null
  const tag = stringOf(reason)
  const text = stringOf(comment)
  return thumb === null ? null : { rating: thumb, ...(tag !== null && { tag }), ...(text !== null && { text }) }
}

function readTags (tags: JsonValue | undefined): string[] {
  const plain = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
  return [...plain, ...objectsOf(tags).map(({ name }) => stringOf(name)).filter((name) => name !== null)]
}

function isList (messages: JsonValue | undefined): boolean {
  return Array.isArray(messages) || isObject(messages)
}
