import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { compact, objectsOf, stringOf } from '../kit/json-value.js'
import { idOf, linkById } from '../kit/link-by-id.js'
import { readRoleConversation } from '../kit/role-conversation.js'
import { isRoleMessage } from '../kit/role-messages.js'
import { byTime } from '../kit/time-order.js'

/** Members of a message that name the conversation it belongs to. */
const threadKeys = ['threadId', 'thread_id', 'chatId', 'chat_id', 'conversationId', 'conversation_id', 'sessionId', 'session_id', 'topicId', 'topic_id', 'conversation_uuid', 'chat_uuid']
const parentKeys = ['parentMessageId', 'parentId', 'parent_id', 'parent_message_id', 'parentUuid', 'parent']
const idKeys = ['messageId', 'message_id', 'id', '_id', 'uuid']
/** Lists that stand beside the messages and have the titles and times of conversations. */
const threadLists = ['threads', 'conversations', 'sessions', 'chats', 'topics']

/**
 * A dump of a table of messages, as programs with a database export it (T3 Chat, Jan, …). Rows have a role and the key of
 * their thread (`threadId`, `chatId`, `conversation_id`, …), and come in any order. They are a list, one a line, or the
 * `messages` of an object that also has a list of threads.
 *
 * Each thread becomes a conversation, with title, times, model and flags from the list of threads. Rows are ordered by time. A
 * row hangs below its parent if it names one, else below the row before.
 */
export const messageRows: ImportFormat = {
  name: 'message-rows',
  label: 'rows of messages with a thread key',
  collects: true,

  matches (element) {
    return isRow(element) || (Array.isArray(element.messages) && element.messages.some(isRow))
  },

  convert ({ messages }) {
    const elements = objectsOf(messages)
    const rows = elements.flatMap((element) => Array.isArray(element.messages) ? objectsOf(element.messages) : [element])
    const threads = new Map(elements.flatMap((element) => threadLists.flatMap((name) => objectsOf(element[name])))
      .flatMap((thread): Array<[string, JsonObject]> => idsOf(thread).map((id) => [id, thread])))
    const groups = new Map<string, JsonObject[]>()
    for (const row of rows) {
      const key = threadOf(row) ?? ''
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [row])
      else group.push(row)
    }
    return [...groups].map(([key, rows]) => readThread(key, rows, threads.get(key) ?? {}))
  }
}

function isRow (row: JsonValue | undefined): boolean {
  return isRoleMessage(row) && threadOf(row) !== null
}

function threadOf (row: JsonObject): string | null {
  return firstId(row, threadKeys)
}

function idsOf (thread: JsonObject): string[] {
  return [...threadKeys, ...idKeys].map((name) => idOf(thread[name])).filter((id) => id !== null)
}

function firstId (row: JsonObject, names: readonly string[]): string | null {
  return names.map((name) => idOf(row[name])).find((id) => id !== null) ?? null
}

function readThread (key: string, rows: readonly JsonObject[], thread: JsonObject): ConversationDraft {
  const ordered = byTime(rows, (row) => row.createdAt ?? row.created_at ?? row.timestamp)
  const { messages: _, ...facts } = thread
  const conversation = readRoleConversation({ ...facts, title: stringOf(thread.title) ?? stringOf(thread.name), messages: ordered.map((row) => ({ ...row, ...compact({ id: firstId(row, idKeys) }) })) })
  const links = linkById(ordered.map((row) => ({ id: firstId(row, idKeys), parentId: firstId(row, parentKeys) })))
  return {
    ...conversation,
    sourceId: key === '' ? null : key,
    messages: conversation.messages.map((message, index) => ({ ...message, ...links[index] }))
  }
}
