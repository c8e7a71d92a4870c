import { type ConversationDraft, type ImportFormat, type JsonObject } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { byTime } from '../kit/time-order.js'

const assistant = 'Meta AI'

/**
 * Meta's download of one's conversations with Meta AI: threads of messages with `sender_name` and `timestamp_ms`. Chats
 * between people have the same shape, and are known by nobody in them being Meta AI.
 */
export const meta: ImportFormat = {
  name: 'meta-ai',
  label: 'Meta AI',

  matches ({ threads, messages }) {
    return [messages, ...objectsOf(threads).map((thread) => thread.messages)].some((list) => objectsOf(list).some((message) => isObject(message) && message.sender_name === assistant))
  },

  convert (element) {
    return (Array.isArray(element.threads) ? objectsOf(element.threads) : [element]).map(readThread)
  }
}

function readThread (thread: JsonObject): ConversationDraft {
  const rows = byTime(objectsOf(thread.messages), ({ timestamp_ms: time }) => time)
  return {
    sourceId: stringOf(thread.thread_id) ?? stringOf(thread.thread_path),
    title: stringOf(thread.title),
    endpoint: assistant,
    settings: { endpointType: 'custom' },
    messages: rows.map((row, index) => {
      const text = stringOf(row.text) ?? stringOf(row.content)
      return {
        key: String(index),
        parent: index === 0 ? null : String(index - 1),
        keep: text !== null,
        sourceId: null,
        isCreatedByUser: row.sender_name !== assistant,
        sender: row.sender_name === assistant ? assistant : 'user',
        text: text ?? '',
        createdAt: row.timestamp_ms
      }
    })
  }
}
