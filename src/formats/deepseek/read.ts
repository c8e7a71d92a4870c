import { type ConversationDraft, EntryError, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { repairTree } from '../kit/tree-repair.js'
import { type TreeNode, readNodes } from '../kit/node-map.js'
import { readDeepSeekMessage } from './content.js'
import { idOf, linkById, messageObjects } from '../kit/link-by-id.js'

/**
 * DeepSeek's data export, and the answer of its web API that userscripts save. The export has one element per
 * conversation, a `mapping` like ChatGPT's but with `fragments`, without which older ones do; the API's answer holds
 * one session and its list of messages.
 *
 * Every node with something to see becomes one message; the root, empty nodes and nodes whose fragments are all of an
 * unknown type are links. Reasoning and searches are parts of their answer.
 */
export const deepseek: ImportFormat = {
  name: 'deepseek',
  label: 'DeepSeek',

  matches (element) {
    const { chat_session: session, chat_messages: messages } = objectOf(objectOf(element.data).biz_data)
    if (isObject(session) && Array.isArray(messages)) return true
    if (!isObject(element.mapping)) return false
    return 'inserted_at' in element || Object.values(element.mapping).some((node) => Array.isArray(objectOf(objectOf(node).message).fragments))
  },

  convert (element) {
    const { chat_session: session, chat_messages: messages } = objectOf(objectOf(element.data).biz_data)
    return [isObject(session) ? readSession(session, messageObjects(messages)) : readExport(element)]
  }
}

function readExport (element: JsonObject): ConversationDraft {
  const nodes = readNodes(element.mapping)
  if (nodes.length > 0 && !Object.values(objectOf(element.mapping)).some(isObject)) throw new EntryError('None of its messages can be read')
  return conversation(element, draftMessages(nodes, ({ key }) => key))
}

function readSession (session: JsonObject, messages: readonly JsonObject[]): ConversationDraft {
  const links = linkById(messages.map((message) => ({ id: idOf(message.message_id), parentId: idOf(message.parent_id) })))
  const nodes = messages.map((message, index) => ({ ...links[index] ?? { key: String(index), parent: null }, message }))
  return conversation(session, draftMessages(nodes, ({ message }) => idOf(message?.message_id)))
}

function conversation (about: JsonObject, messages: MessageDraft[]): ConversationDraft {
  return {
    sourceId: idOf(about.id) ?? idOf(about.conversation_id),
    title: stringOf(about.title),
    endpoint: 'deepseek',
    model: messages.findLast(({ model }) => model)?.model ?? null,
    createdAt: about.inserted_at ?? about.create_time,
    updatedAt: about.updated_at ?? about.update_time,
    pinned: about.pinned === true,
    settings: { endpointType: 'custom' },
    messages
  }
}

function draftMessages (nodes: readonly TreeNode[], sourceId: (node: TreeNode) => string | null): MessageDraft[] {
  const users = speakers(nodes)
  return nodes.map((node) => ({
    key: node.key,
    parent: node.parent,
    sourceId: sourceId(node),
    ...readDeepSeekMessage(node.message ?? {}, users.has(node))
  }))
}

/**
 * The nodes that are the user's: by role or fragments, and in old exports, which have neither, by turns, beginning
 * with the user.
 */
function speakers (nodes: readonly TreeNode[]): Set<TreeNode> {
  const { order, parents } = repairTree(nodes.map(({ key, parent, message }) => ({ key, parent, keep: message !== null })))
  const users = new Set<TreeNode>()
  const inOrder = order.map((at) => nodes[at])
  for (const [index, node] of inOrder.entries()) {
    const parent = inOrder[parents[index] ?? -1]
    if (node !== undefined && (isUser(node.message ?? {}) ?? (parent === undefined || !users.has(parent)))) users.add(node)
  }
  return users
}

/** Whether a message says that it is the user's; null when it does not say. */
function isUser (message: JsonObject): boolean | null {
  const role = stringOf(message.role)?.toUpperCase()
  if (role !== undefined) return role === 'USER'
  const fragments = objectsOf(message.fragments)
  return fragments.length === 0 ? null : fragments.some(({ type }) => type === 'REQUEST')
}
