import { type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { readRoleConversation } from '../kit/role-conversation.js'

/**
 * One logged call of OpenAI's Responses API, `input` and `output` in one object: one conversation, with reasoning as
 * thoughts and the outputs of functions in their calls.
 */
export const openAiResponses: ImportFormat = {
  name: 'openai-responses',
  label: 'OpenAI Responses API',

  matches ({ input, output }) {
    return Array.isArray(output) && output.some(isItem) && (typeof input === 'string' || (Array.isArray(input) && input.some(isItem)))
  },

  convert (element) {
    const input: JsonValue[] = typeof element.input === 'string' ? [{ role: 'user', content: element.input }] : objectsOf(element.input)
    const messages = [...input, ...objectsOf(element.output)].filter(isObject).map(asRoleMessage)
    return [readRoleConversation({ ...element, ...(stringOf(element.instructions) !== null && { system: element.instructions }), messages })]
  }
}

function isItem (item: JsonValue): boolean {
  return isObject(item) && (typeof item.role === 'string' || typeof item.type === 'string')
}

function asRoleMessage (item: JsonObject): JsonObject {
  switch (item.type) {
    case 'reasoning': return { role: 'assistant', content: [...objectsOf(item.summary), ...objectsOf(item.content)].map(({ text }) => ({ type: 'reasoning', text })) }
    case 'function_call': return { role: 'assistant', content: null, tool_calls: [{ id: item.call_id, function: { name: item.name, arguments: item.arguments } }] }
    case 'function_call_output': return { role: 'tool', tool_call_id: item.call_id, content: item.output }
  }
  return item
}
