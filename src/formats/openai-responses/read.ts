import { type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { readRoleConversation } from '../kit/role-conversation.js'

/**
 * One logged call of OpenAI's Responses API, `input` and `output` in one object: one conversation. Items of the model that
 * follow each other are one answer, with reasoning as thoughts and the outputs of functions in their calls.
 */
export const openAiResponses: ImportFormat = {
  name: 'openai-responses',
  label: 'OpenAI Responses API',

  matches ({ input, output }) {
    return Array.isArray(output) && output.some(isItem) && (typeof input === 'string' || (Array.isArray(input) && input.some(isItem)))
  },

  convert (element) {
    const input: JsonValue[] = typeof element.input === 'string' ? [{ role: 'user', content: element.input }] : objectsOf(element.input)
    const messages = roleMessages([...input, ...objectsOf(element.output)].filter(isObject))
    return [readRoleConversation({ ...element, ...(stringOf(element.instructions) !== null && { system: element.instructions }), messages })]
  }
}

function isItem (item: JsonValue): boolean {
  return isObject(item) && (typeof item.role === 'string' || typeof item.type === 'string')
}

function roleMessages (items: readonly JsonObject[]): JsonObject[] {
  const messages: JsonObject[] = []
  let answer: JsonValue[] | null = null
  for (const item of items) {
    if (item.type === 'function_call_output') {
      messages.push({ role: 'tool', tool_call_id: item.call_id, content: item.output })
      continue
    }
    const parts = answerOf(item)
    if (parts === null) {
      messages.push(item)
      answer = null
    } else if (answer === null) {
      answer = parts
      messages.push({ role: 'assistant', id: item.id, content: answer })
    } else {
      answer.push(...parts)
    }
  }
  return messages
}

/** What an item of the model adds to its answer; null for what others say. */
function answerOf (item: JsonObject): JsonValue[] | null {
  if (item.type === 'reasoning') return [...objectsOf(item.summary), ...objectsOf(item.content)].map(({ text }) => ({ type: 'reasoning', text }))
  if (item.role === 'assistant') return Array.isArray(item.content) ? [...item.content] : [item.content ?? null]
  const kind = /^(.+)_call$/.exec(stringOf(item.type) ?? '')?.[1]
  if (kind === undefined) return null
  const { call_id: call = item.id, name = kind, arguments: input = item.action ?? item.code } = item
  return [{ type: 'tool_use', id: call, name, input }]
}
