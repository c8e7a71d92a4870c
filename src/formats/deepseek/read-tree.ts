import { type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { objectsOf, stringOf } from '../kit/json-value.js'
import { idOf } from '../kit/link-by-id.js'
import { fromParts, textPart, thinkPart } from '../kit/message-parts.js'

/**
 * One DeepSeek conversation as a userscript saves it: an array of first prompts, each message holding its answers in
 * `children`. Every message with text or reasoning (`thought`) becomes one message; there are no times, and ids only
 * count within the conversation.
 */
export const deepseekTree: ImportFormat = {
  name: 'deepseek-tree',
  label: 'DeepSeek userscripts',
  collects: true,

  matches ({ type, thought, children }) {
    return (type === 'user' || type === 'assistant') && thought !== undefined && Array.isArray(children)
  },

  convert ({ messages }) {
    return [{ sourceId: null, title: null, endpoint: 'deepseek', settings: { endpointType: 'custom' }, messages: flatten(objectsOf(messages)) }]
  }
}

/** All messages, parents first; without recursion, because a long chat nests as deep as it is long. */
function flatten (roots: readonly JsonObject[]): MessageDraft[] {
  const messages: MessageDraft[] = []
  const pending = roots.map((message) => ({ message, parent: null as string | null })).reverse()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const key = String(messages.length)
    messages.push({ key, parent: next.parent, ...readMessage(next.message) })
    for (const message of objectsOf(next.message.children).reverse()) pending.push({ message, parent: key })
  }
  return messages
}

function readMessage ({ id, type, content, thought }: JsonObject): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = type === 'user'
  return {
    sourceId: idOf(id),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : 'DeepSeek',
    ...fromParts([thinkPart(stringOf(thought)), textPart(stringOf(content))])
  }
}
