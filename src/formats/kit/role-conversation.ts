import { type ConversationDraft, type JsonObject, type JsonValue } from './draft.js'
import { objectOf, stringOf } from './json-value.js'
import { ownId } from './own-id.js'
import { readRoleMessages } from './role-messages.js'

/**
 * The conversation in an object with a list of `messages` by roles, and the members that small exporters give it: title,
 * model, times, tags and settings by any of their usual names.
 */
export function readRoleConversation (element: JsonObject): ConversationDraft {
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
