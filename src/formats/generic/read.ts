import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { objectOf, stringOf } from '../kit/json-value.js'
import { ownId } from '../kit/own-id.js'
import { isRoleMessage, readRoleMessages } from '../kit/role-messages.js'

/** Members that say a message belongs to a tree or a database whose own format must read it. */
const foreignMembers = ['parentMessageId', 'messageId', 'topicId', 'sessionId', 'uuid', 'children']

/**
 * Any object with a list of `messages` by roles, as small exporters and logs of APIs write them. The last format, as
 * every other one with messages is a special case of it.
 *
 * Every message with text, media, reasoning or a tool call becomes one message, in the order of the file, one below
 * the other; system messages and answers of tools that are folded into their calls do not.
 */
export const generic: ImportFormat = {
  name: 'generic',
  label: 'plain {messages: [{role, content}]}',

  matches ({ messages }) {
    return Array.isArray(messages) && (messages.length === 0 || messages.some(isRoleMessage))
  },

  convert (element) {
    return [readConversation(element)]
  }
}

/**
 * A file that is one conversation: an array whose elements are the messages themselves, read like those of
 * {@link generic}.
 */
export const genericList: ImportFormat = {
  name: 'generic-list',
  label: 'plain [{role, content}]',
  collects: true,

  matches (element) {
    return isRoleMessage(element) && !foreignMembers.some((name) => name in element)
  },

  convert (element) {
    return [readConversation(element)]
  }
}

/** The conversation in an object with `messages`; also for the elements of exporters that write no more than that. */
export function readConversation (element: JsonObject): ConversationDraft {
  const model = stringOf(element.model) ?? stringOf(objectOf(element.model).id)
  const { system, messages } = readRoleMessages(element.messages, model)
  const prompt = stringOf(element.system) ?? stringOf(element.system_prompt) ?? system
  const { temperature, top_p: topP, max_tokens: maxTokens } = element
  return {
    sourceId: ownId(first(element, ['id', 'uuid', 'conversation_id', 'conversationId', 'chat_id']), messages),
    title: stringOf(element.title) ?? stringOf(element.name) ?? stringOf(element.subject),
    endpoint: 'openAI',
    model: model ?? messages.findLast(({ model }) => model)?.model ?? null,
    createdAt: first(element, ['createdAt', 'created_at', 'create_time', 'created', 'timestamp', 'date']),
    updatedAt: first(element, ['updatedAt', 'updated_at', 'update_time', 'updated']),
    isArchived: [element.isArchived, element.is_archived, element.archived].includes(true),
    pinned: [element.pinned, element.isPinned, element.is_starred].includes(true),
    tags: Array.isArray(element.tags) ? element.tags.filter((tag) => typeof tag === 'string') : [],
    settings: { temperature, top_p: topP, max_tokens: maxTokens, ...(prompt !== null && { promptPrefix: prompt }) },
    messages
  }
}

function first (element: JsonObject, names: string[]): JsonValue | undefined {
  return names.map((name) => element[name]).find((value) => value !== undefined && value !== null)
}
