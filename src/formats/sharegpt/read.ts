import { type ImportFormat, type JsonObject } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { readRoleConversation } from '../kit/role-conversation.js'

/** What ShareGPT calls the speakers that nobody else calls so. */
const roles: Record<string, string> = { function_call: 'assistant', observation: 'tool', chatgpt: 'assistant', bing: 'assistant', bard: 'assistant' }

/** The shape of ShareGPT, which many data sets share: `conversations` of messages with `from` and `value`. */
export const sharegpt: ImportFormat = {
  name: 'sharegpt',
  label: 'ShareGPT',

  matches ({ conversations }) {
    return Array.isArray(conversations) && conversations.some((message) => isObject(message) && typeof message.from === 'string' && typeof message.value === 'string')
  },

  convert (element) {
    return [readRoleConversation({ ...element, messages: objectsOf(element.conversations).map(asRoleMessage) })]
  }
}

function asRoleMessage ({ from, value, ...others }: JsonObject): JsonObject {
  const speaker = stringOf(from) ?? ''
  return { ...others, role: roles[speaker] ?? speaker, content: value }
}
