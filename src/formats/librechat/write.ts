import { isoTime } from '../../iso-time.js'
import type { ExportFormat } from '../kit/export-format.js'
import { fileNames } from '../kit/file-name.js'
import type { StoredConversation, StoredMessage } from '../kit/stored.js'

/** LibreChat's parent of a root. */
const NO_PARENT = '00000000-0000-0000-0000-000000000000'

/** A message takes two levels of JSON, and Parley's importer reads 2,000. */
const MAX_NESTED_MESSAGES = 900

/**
 * LibreChat's own export of a conversation with every branch, which its importer and Parley's read. Its importer takes the
 * settings from `options`, with the tags; archive, pin and times are read by Parley only. Messages are nested, but flat where they
 * would be nested deeper than readers take.
 */
export const librechatExport: ExportFormat = {
  name: 'librechat',
  one: {
    kind: 'text',
    ending: '.json',
    mediaType: 'application/json',
    * write (conversations) {
      for (const conversation of conversations) yield * conversationJson(conversation)
    }
  },
  many: {
    kind: 'zip',
    * write (conversations) {
      const nameFor = fileNames('.json')
      for (const conversation of conversations) yield { path: nameFor('', conversation), content: conversationJson(conversation) }
    }
  }
}

function * conversationJson (conversation: StoredConversation): Generator<string, void, void> {
  const { conversationId, title, endpoint, model, tags, isArchived, pinned, settings, createdAt, updatedAt } = conversation
  const isRecursive = depthOf(conversation.links) <= MAX_NESTED_MESSAGES
  const facts = {
    conversationId,
    endpoint,
    title,
    branches: true,
    recursive: isRecursive,
    options: { ...settings, endpoint, title, tags, ...(model !== null && { model }) },
    tags,
    isArchived,
    pinned,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt)
  }
  yield `${JSON.stringify(facts).slice(0, -1)},"messages":[`
  yield * isRecursive ? nested(conversation) : flat(conversation)
  yield ']}'
}

/** How many messages of a longest path, the root included. */
function depthOf (links: StoredConversation['links']): number {
  const depths: number[] = []
  for (const { parent } of links) depths.push((depths[parent] ?? 0) + 1)
  return depths.reduce((most, depth) => Math.max(most, depth), 0)
}

function * flat ({ conversationId, links, message }: StoredConversation): Generator<string, void, void> {
  const id = JSON.stringify(conversationId)
  for (const index of links.keys()) yield `${index === 0 ? '' : ','}${messageJson(id, message(index))}]}`
}

/** The messages, each in the `children` of its parent. Without recursion, because a chat nests as deep as it is long. */
function * nested ({ conversationId, links, message }: StoredConversation): Generator<string, void, void> {
  const children = childrenOf(links)
  const id = JSON.stringify(conversationId)
  // An entry below zero closes the message before it.
  const pending = children.get(-1)?.reverse() ?? []
  let isFirst = true
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (index < 0) {
      yield ']}'
      isFirst = false
      continue
    }
    yield `${isFirst ? '' : ','}${messageJson(id, message(index))}`
    pending.push(-1)
    for (const child of children.get(index)?.reverse() ?? []) pending.push(child)
    isFirst = true
  }
}

function childrenOf (links: StoredConversation['links']): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const [index, { parent }] of links.entries()) {
    const siblings = children.get(parent)
    if (siblings) siblings.push(index)
    else children.set(parent, [index])
  }
  return children
}

/**
 * A message up to the bracket of its children. Its stored body is used without parsing it. LibreChat's importer leaves out a
 * message without text and content, and everything below it; a `content` without parts keeps it.
 */
function messageJson (conversationId: string, { messageId, parentMessageId, createdAt, updatedAt, json }: StoredMessage): string {
  const empty = json.includes('"text":""') && !json.includes('"content":') ? '"content":[],' : ''
  const ids = `"messageId":${JSON.stringify(messageId)},"conversationId":${conversationId},"parentMessageId":${JSON.stringify(parentMessageId ?? NO_PARENT)}`
  return `{${ids},"createdAt":"${isoTime(createdAt)}","updatedAt":"${isoTime(updatedAt)}",${json.slice(1, -1)},${empty}"children":[`
}
