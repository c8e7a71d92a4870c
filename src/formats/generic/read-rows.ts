import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue } from '../kit/draft.js'
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { idOf, linkById } from '../kit/link-by-id.js'
import { ownId } from '../kit/own-id.js'
import { readRoleConversation } from '../kit/role-conversation.js'
import { isRoleMessage, messageTime } from '../kit/role-messages.js'
import { byTime } from '../kit/time-order.js'
import { isPromptLog } from '../gemini/sidecars.js'
import { janSidecars } from './sidecars.js'

/** Members of a message that name the conversation it belongs to, in the order they are looked for: `threadId`, `chat_uuid`, … */
const threadNames = ['thread', 'chat', 'conversation', 'convo', 'conv', 'dialog', 'dialogue', 'session', 'topic']
  .flatMap((noun) => [`${noun}id`, `${noun}uuid`, `${noun}key`]).concat('thread', 'chat', 'conversation', 'session')
const parentNames = ['parentmessageid', 'parentid', 'parentuuid', 'parentmessageuuid', 'parent']
const idNames = ['messageid', 'id', 'uuid', 'messageuuid']
/** Names of the lists beside the messages that have the titles and times of conversations. */
const threadList = /thread|conversation|session|chat|topic|dialog/i

/**
 * A dump of a table of messages, as programs with a database export it (T3 Chat, Jan, …). Rows have a role and the key of
 * their thread (`threadId`, `chatId`, `conversation_id`, …), and come in any order. They are a list, one a line, or the
 * `messages` of an object that also has a list of threads. Both may be objects by id instead of lists.
 *
 * Each thread becomes a conversation, with title, times, model and flags from the list of threads. Rows are ordered by time. A
 * row hangs below its parent if it names one, else below the row before.
 */
export const messageRows: ImportFormat = {
  name: 'message-rows',
  label: 'rows of messages with a thread key',
  collects: true,
  sidecars: janSidecars,

  matches (element) {
    return isRow(element) || rowsIn(element.messages).some(isRow)
  },

  convert ({ messages }) {
    const dumps = objectsOf(messages).map((element) => isRow(element) ? { rows: [element], facts: {} } : { rows: rowsIn(element.messages), facts: element })
    const rows = dumps.flatMap(({ rows }) => rows)
    const threads = threadsOf(dumps)
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
  return isRoleMessage(row) && threadOf(row) !== null && !isPromptLog(row)
}

/** The rows in a list, in an object by their ids, or in one of lists by the ids of threads. */
function rowsIn (messages: JsonValue | undefined): JsonObject[] {
  if (!isObject(messages)) return objectsOf(messages)
  return Object.entries(messages).flatMap(([key, value]): JsonObject[] => {
    if (!Array.isArray(value)) return isObject(value) ? [{ id: key, ...value }] : []
    return value.filter(isRoleMessage).map((row) => ({ threadId: key, ...row }))
  })
}

/** What is told of threads, by all their ids. Whatever has the rows of one thread only tells of that one. */
function threadsOf (dumps: ReadonlyArray<{ rows: JsonObject[], facts: JsonObject }>): Map<string, JsonObject> {
  const threads = new Map<string, JsonObject>()
  for (const { rows, facts } of dumps) {
    const lists = Object.entries(facts).filter(([name]) => name !== 'messages' && threadList.test(name))
    for (const thread of lists.flatMap(([, list]) => threadsIn(list))) {
      for (const id of [...threadNames, ...idNames].map((name) => idOf(membersOf(thread).get(name)))) if (id !== null) threads.set(id, thread)
    }
    const [key, ...others] = new Set(rows.map(threadOf))
    if (typeof key === 'string' && others.length === 0 && !threads.has(key)) threads.set(key, facts)
  }
  return threads
}

function threadsIn (list: JsonValue | undefined): JsonObject[] {
  if (!isObject(list)) return objectsOf(list)
  return Object.entries(list).flatMap(([key, thread]): JsonObject[] => isObject(thread) ? [{ id: key, ...thread }] : [])
}

function threadOf (row: JsonObject): string | null {
  return firstId(row, threadNames)
}

function firstId (row: JsonObject, names: readonly string[]): string | null {
  const members = membersOf(row)
  return names.map((name) => members.get(name)).map((id) => idOf(id) ?? idOf(objectOf(id).id)).find((id) => id !== null) ?? null
}

/** The members of an object by their names in small letters, without underscores and hyphens. */
function membersOf (object: JsonObject): Map<string, JsonValue | undefined> {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase().replaceAll(/[_-]/g, ''), value]))
}

/** Members that number the messages of a thread. */
const orderNames = ['position', 'order', 'index', 'sequence', 'seq', 'messageindex', 'turn']

/** By time, or by their numbers where no row has a time. */
function inOrder (rows: readonly JsonObject[]): readonly JsonObject[] {
  const name = orderNames.find((name) => rows.every((row) => numberOf(membersOf(row).get(name)) !== null))
  if (name === undefined || rows.some((row) => messageTime(row) !== undefined)) return byTime(rows, messageTime)
  const numbered = rows.map((row) => ({ row, place: numberOf(membersOf(row).get(name)) ?? 0 }))
  return numbered.sort((a, b) => a.place - b.place).map(({ row }) => row)
}

function readThread (key: string, rows: readonly JsonObject[], thread: JsonObject): ConversationDraft {
  const ordered = inOrder(rows)
  const { messages: _, ...facts } = thread
  const conversation = readRoleConversation({ ...facts, title: stringOf(thread.title) ?? stringOf(thread.name), messages: ordered.map((row) => ({ ...row, ...compact({ id: firstId(row, idNames) }) })) })
  const links = linkById(ordered.map((row) => ({ id: firstId(row, idNames), parentId: firstId(row, parentNames) })))
  return {
    ...conversation,
    sourceId: ownId(key, conversation.messages),
    messages: conversation.messages.map((message, index) => ({ ...message, ...links[index] }))
  }
}
