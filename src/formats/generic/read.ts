import { type ImportFormat, type JsonValue } from '../kit/draft.js'
import { readRoleConversation } from '../kit/role-conversation.js'
import { isRoleMessage } from '../kit/role-messages.js'

/** Members that say a message belongs to a tree or a database whose own format must read it. */
const foreignMembers = ['parentMessageId', 'messageId', 'topicId', 'sessionId', 'uuid', 'children']

/** What exporters call the list of messages of a conversation. */
const listNames = ['messages', 'history', 'conversation', 'turns', 'dialog', 'dialogue', 'transcript', 'chat_history', 'chatHistory', 'chat'] as const

/**
 * Any object with a list of messages by roles (`messages`, `history`, `turns`, …), as small exporters and logs of
 * APIs write them. The last format, as every other one with messages is a special case of it.
 *
 * Every message with text, media, reasoning or a tool call becomes one message, in the order of the file, one below
 * the other. System messages, and answers of tools that are folded into their calls, do not.
 */
export const generic: ImportFormat = {
  name: 'generic',
  label: 'plain {messages: [{role, content}]}',

  matches (element) {
    return listNames.some((name) => isMessageList(element[name], name === 'messages'))
  },

  convert (element) {
    const messages = listNames.map((name) => element[name]).find((list) => isMessageList(list, true))
    return [readRoleConversation({ ...element, messages })]
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
    return [readRoleConversation(element)]
  }
}

function isMessageList (list: JsonValue | undefined, mayBeEmpty: boolean): list is JsonValue[] {
  return Array.isArray(list) && ((mayBeEmpty && list.length === 0) || list.some(isRoleMessage))
}
