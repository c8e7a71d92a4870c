import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { imported, shape } from './imported.js'

const start = Date.UTC(2026, 0, 1)

/** Rows of two threads, in turns. */
function rowsBy (threadOf: (thread: string) => JsonObject): JsonObject[] {
  return [['a', 'user', 'Bread?'], ['b', 'user', 'Fast?'], ['a', 'assistant', 'Mix.'], ['b', 'assistant', 'Red.']].map(([thread = '', role = '', content = ''], n) => ({
    id: `m${n}`, role, content, createdAt: start + n * 1000, ...threadOf(thread)
  }))
}

const threads = [{ id: 'a', title: 'Bread' }, { id: 'b', name: 'Cars' }]
const expected = [['Bread', 'Bread?< Mix.<Bread?'], ['Cars', 'Fast?< Red.<Fast?']]

/** Each conversation as its title and the shape of its tree. */
async function read (t: Test, json: JsonValue) {
  const { entries, conversations } = await imported(t, json)
  return entries.length === conversations.length ? conversations.map((chat) => [chat.title, shape(chat)]) : entries
}
type Test = Parameters<typeof imported>[0]

t.test('rows are told apart by any usual name of their thread', async (t) => {
  const names = [
    'threadId', 'thread_id', 'threadID', 'chatId', 'chat_id', 'chat-id', 'ChatUUID', 'conversationId', 'conversation_id', 'conversation_uuid', 'convo_id',
    'sessionId', 'session_id', 'sessionKey', 'topicId', 'topic_id', 'dialogId', 'dialogue_id', 'thread', 'chat', 'conversation', 'session'
  ]
  for (const name of names) {
    t.strictSame(await read(t, { threads, messages: rowsBy((thread) => ({ [name]: thread })) }), expected, name)
  }
  t.strictSame(await read(t, { threads, messages: rowsBy((thread) => ({ thread: { id: thread } })) }), expected, 'an object with an id')
  const numbered = { threads: [{ id: 1, title: 'Bread' }, { id: 2, title: 'Cars' }], messages: rowsBy((thread) => ({ chat_id: thread === 'a' ? 1 : '2' })) }
  t.strictSame(await read(t, numbered), expected, 'numbers, also as text')
})

t.test('titles come from the list of threads, whatever it is called and wherever it stands', async (t) => {
  const messages = rowsBy((thread) => ({ threadId: thread }))
  for (const name of ['threads', 'conversations', 'sessions', 'chats', 'topics', 'dialogs', 'chat_sessions', 'conversationList']) {
    t.strictSame(await read(t, { [name]: threads, messages }), expected, name)
    t.strictSame(await read(t, { version: 2, data: { [name]: threads, messages } }), expected, `${name} in an object`)
  }
  const users = [{ id: 'a', name: 'Ada' }, { id: 'b', name: 'Bob' }]
  t.strictSame(await read(t, { users, threads, accounts: users, messages }), expected, 'beside other lists with the same ids')
})

t.test('objects by id stand for lists', async (t) => {
  const byId = (list: JsonObject[]) => Object.fromEntries(list.map(({ id, ...row }) => [String(id), row]))
  t.strictSame(await read(t, { threads: byId(threads), messages: byId(rowsBy((thread) => ({ threadId: thread }))) }), expected)
  const rows = rowsBy((thread) => ({ kept: thread }))
  const byThread = { a: rows.filter(({ kept }) => kept === 'a'), b: rows.filter(({ kept }) => kept === 'b') }
  t.strictSame(await read(t, { threads: byId(threads), messages: byThread }), expected, 'messages by the id of their thread')
})

t.test('an object with the rows of one thread has its title', async (t) => {
  const [bread, cars] = ['a', 'b'].map((thread) => rowsBy((other) => ({ conversation_id: other })).filter((row) => row.conversation_id === thread))
  const chats = [{ title: 'Bread', messages: bread ?? [] }, { title: 'Cars', messages: cars ?? [] }]
  t.strictSame(await read(t, chats), expected)
  t.strictSame(await read(t, chats[0] ?? {}), expected.slice(0, 1))
})

t.test('times are read by any usual name, as seconds, milliseconds, text or ISO 8601', async (t) => {
  const spellings: JsonValue[] = [start / 1000, start, String(start / 1000), String(start), '2026-01-01T00:00:00Z', '2026-01-01 00:00:00', { $date: '2026-01-01T00:00:00Z' }]
  for (const name of ['createdAt', 'created_at', 'timestamp', 'time', 'date', 'ts', 'datetime', 'sent_at']) {
    for (const time of spellings) {
      const { conversations: [chat] } = await imported(t, [{ threadId: 'a', role: 'user', content: 'Hi', [name]: time }])
      t.equal(chat?.createdAt, start, `${name}: ${JSON.stringify(time)}`)
    }
  }
})
