import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { JsonObject } from '../../../src/formats/kit/draft.js'
import { ownId } from '../../../src/formats/kit/own-id.js'
import { build } from '../../helper.js'
import { importEntries } from '../../import-in-process.js'
import { importedOne } from '../formats/imported.js'
import { exportsOf, type ToldChat, type ToldMessage } from '../../told-history.js'

t.test('an id that only counts says nothing alone', async (t) => {
  const said = (...texts: string[]) => texts.map((text, n) => ({ key: String(n), parent: null, sourceId: null, isCreatedByUser: n % 2 === 0, text }))
  for (const id of ['1', 1, 'chat-7', 'msg-0', 'conversation-0001', 'Conversation number 12']) {
    t.not(ownId(id, said('Hi', 'Hello')), ownId(id, said('Hi', 'Good day')), `${id} of another browser is another chat`)
    t.equal(ownId(id, said('Hi', 'Hello')), ownId(id, said('Hi', 'Hello')))
  }
  t.not(ownId('tpc_a1B2c3', said('Hi')), ownId('tpc_a1B2c3', said('Hello')))
  t.equal(ownId('tpc_a1B2c3', said('Hi')), ownId('tpc_a1B2c3', said('Hi', 'Hello')), 'a short id finds a chat that has grown')
  for (const id of ['11111111-1111-4111-8111-111111111111', '507f1f77bcf86cd799439011', 'V1StGXR8_Z5jdHi6B-myT', '1234567890123456789']) t.equal(ownId(id, said('Hi')), id)
  for (const id of ['', null, {}]) t.equal(ownId(id, said('Hi')), null)
})

t.test('a chat without an id is found again by exact times, also of its messages alone', async (t) => {
  const grown = (length: number, id: string | null, minutes: string[]) => ({
    ...(id !== null && { id }),
    created_at: '2026-01-01T10:00:00Z',
    messages: ['Hi', 'Hello', 'Bye'].slice(0, length).map((content, n) => ({ role: n % 2 === 0 ? 'user' : 'assistant', content, created_at: `2026-01-01T10:${minutes[n]}` }))
  })
  const exact = ['00:00Z', '00:07Z', '00:15Z']
  const coarse = ['00:00Z', '15:00Z', '30:00Z']
  const idOf = async (...given: Parameters<typeof grown>) => (await importedOne(t, [grown(...given)])).sourceId
  for (const id of [null, '1', 'chat-7']) {
    t.equal(await idOf(2, id, exact), await idOf(3, id, exact), `it has grown, with the id ${id}`)
    t.not(await idOf(2, id, coarse), await idOf(3, id, coarse), `its times say too little, with the id ${id}`)
  }
})

t.test('a counter as the key of a thread does not mix two dumps', async (t) => {
  const dump = (content: string) => [{ session_id: 1, id: 1, role: 'user', content }]
  t.not((await importedOne(t, dump('Bread'))).sourceId, (await importedOne(t, dump('Cars'))).sourceId)
})

t.test('an activity of Takeout has one id in a page and in JSON', async (t) => {
  const activity = (time: string) => [{ header: 'Gemini Apps', title: 'Prompted Hi', time, titleUrl: 'https://gemini.google.com/app/0123abcd' }]
  const ids = async (time: string) => (await importedOne(t, activity(time))).messages.map(({ sourceId }) => sourceId)
  t.strictSame(await ids('2026-01-01T10:00:07.123Z'), await ids('2026-01-01T10:00:07.000Z'))
})

/** Few words, so that chats begin alike. */
const word = fc.constantFrom('Hi', 'Hello', 'Summarize', 'Yes')

/** When a chat began, from its second to its day, or not at all; few times, so that chats share them. */
const time = fc.constantFrom('2026-01-01T10:31:15Z', '2026-01-01T10:31:16Z', '2026-01-01T10:31', '2026-01-01T10:00:00Z', '2026-01-01', null)

const chat = fc.record({
  turns: fc.array(word, { minLength: 1, maxLength: 5 }),
  title: fc.constantFrom('A', 'B', null),
  createdAt: time,
  id: fc.constantFrom('unique', 'counter', null),
  messageIds: fc.constantFrom('unique', 'counter', null)
})

type Chat = typeof chat extends fc.Arbitrary<infer T> ? T : never

function uniqueId (...numbers: number[]) {
  return `${numbers.map((number) => number.toString(16).padStart(8, '0')).join('-')}-4000-8000-00000000beef`
}

/** A chat as LibreChat exports it, which names all of them. */
function librechatEntry ({ turns, title, createdAt }: Chat, number: number): JsonObject {
  const ids = turns.map((_, n) => uniqueId(number, n, 7))
  return {
    conversationId: uniqueId(number, 7),
    title,
    endpoint: 'openAI',
    messages: turns.map((text, n) => ({ messageId: ids[n], parentMessageId: ids[n - 1] ?? null, isCreatedByUser: n % 2 === 0, text, ...(createdAt !== null && { createdAt }) }))
  }
}

/** A chat as a small exporter writes it; `place` is what it counts by. */
function entryOf ({ turns, title, createdAt, id, messageIds }: Chat, place: number, number: number): JsonObject {
  return {
    ...(id !== null && { id: id === 'unique' ? uniqueId(number) : String(place) }),
    ...(title !== null && { title }),
    ...(createdAt !== null && { created_at: createdAt }),
    messages: turns.map((content, n) => ({
      ...(messageIds !== null && { id: messageIds === 'unique' ? uniqueId(number, n) : `msg-${n}` }),
      role: n % 2 === 0 ? 'user' : 'assistant',
      content
    }))
  }
}

t.test('no text is lost and nothing is taken twice, whatever ids and times chats have, in one file or in several, of one program or two', async (t) => {
  const { server } = await build(t)
  const { reader, writer } = server.database
  const addUser = reader.$client.prepare<[string], number>('INSERT INTO users (id, created_at, updated_at) VALUES (?, 1, 1) RETURNING no').pluck()
  const stored = reader.$client.prepare<[number], { id: string, parent: string | null, body: string }>(
    'SELECT message_id AS id, parent_message_id AS parent, body FROM messages WHERE pk >> 43 = ? ORDER BY pk')
  let users = 0

  /** What was said on the way to each message, in every conversation of a user. */
  function pathsOf (userNo: number) {
    const paths = new Map<string, string>()
    for (const { id, parent, body } of stored.all(userNo)) {
      const { text } = JSON.parse(body)
      paths.set(id, `${paths.get(parent ?? '') ?? ''}/${text}`)
    }
    return [...paths.values()].sort()
  }

  const file = fc.record({ program: fc.constantFrom('small', 'librechat'), chats: fc.array(chat, { minLength: 1, maxLength: 4 }) })

  await fc.assert(fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), async (files) => {
    const userNo = addUser.get(String(users++)) ?? 0
    let number = 0
    const histories = files.map(({ program, chats }) => chats.map((chat, place) => program === 'small' ? entryOf(chat, place, number++) : librechatEntry(chat, number++)))
    for (const entries of histories) await importEntries(writer, userNo, entries)
    const paths = pathsOf(userNo)
    for (const { turns } of files.flatMap(({ chats }) => chats)) assert.ok(paths.includes(`/${turns.join('/')}`), `${turns.join('/')} is lost`)

    for (const entries of histories) {
      const { imported, messages, failed } = await importEntries(writer, userNo, entries)
      assert.deepEqual({ imported, messages, failed }, { imported: 0, messages: 0, failed: 0 })
    }
    assert.deepEqual(pathsOf(userNo), paths, 'the same files again add nothing')
  }), { numRuns: 150 })
})

t.test('chats with different ids of their own stay apart, however alike they are', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const chat: Chat = { turns: ['Hi', 'Hello'], title: 'A', createdAt: '2026-01-01T10:31:15Z', id: 'unique', messageIds: 'counter' }
  t.match(await importEntries(server.database.writer, 1, [entryOf(chat, 0, 1), entryOf(chat, 1, 2)]), { imported: 2 })
  t.equal((await server.inject({ url: '/api/convos', headers })).json().conversations.length, 2)
})

const CHAT: ToldChat = {
  id: 'c0ffee00-0000-4000-8000-000000000001',
  title: 'Bread',
  changed: 1,
  messages: [{ id: 'd00d0000-0000-4000-8000-000000000001', parent: null, text: 'Question', isUser: true }, { id: 'd00d0000-0000-4000-8000-000000000002', parent: 'd00d0000-0000-4000-8000-000000000001', text: 'Answer' }]
}
const [QUESTION, ANSWER] = CHAT.messages as [ToldMessage, ToldMessage]
const GROWN: ToldChat = { ...CHAT, changed: 2, messages: [QUESTION, ANSWER, { id: 'd00d0000-0000-4000-8000-000000000003', parent: ANSWER.id, text: 'Thanks', isUser: true }] }
const OTHER: ToldChat = { ...CHAT, messages: [QUESTION, { ...ANSWER, text: 'Another answer' }] }

const programs = Object.keys(exportsOf)
for (const [index, one] of programs.entries()) {
  const other = programs[(index + 1) % programs.length] ?? one
  t.test(`a conversation of ${one} and its copy from ${other} are one`, async (t) => {
    const { server, as } = await build(t)
    await as('ada')
    const told = (program: string, chat: ToldChat) => exportsOf[program]?.(chat) ?? []
    const take = (...entries: JsonObject[]) => importEntries(server.database.writer, 1, entries)
    t.match(await take(...told(one, CHAT)), { imported: 1, messages: 2 })
    t.match(await take(...told(other, CHAT)), { imported: 0, unchanged: 1, messages: 0 })
    t.match(await take(...told(one, GROWN)), { updated: 1, messages: 1 })
    t.match(await take(...told(other, GROWN)), { imported: 0, unchanged: 1, messages: 0 }, 'also when both have grown')
    t.match(await take(...told(other, OTHER)), { imported: 1, messages: 2 }, 'one with another text is another one')
  })
}

t.test('a conversation and its copy in one file are one', async (t) => {
  const { server, as } = await build(t)
  await as('ada')
  t.match(await importEntries(server.database.writer, 1, [...exportsOf.chatgpt?.(CHAT) ?? [], ...exportsOf.librechat?.(CHAT) ?? []]), { imported: 1, skipped: 1, messages: 2 })
})

t.test('a conversation that was deleted here stays deleted, also as the copy of another program', async (t) => {
  for (const isCopyFirst of [false, true]) {
    const { server, as } = await build(t)
    const headers = await as('ada')
    const list = async (): Promise<Array<{ conversationId: string }>> => (await server.inject({ url: '/api/convos', headers })).json().conversations
    const take = (program: string, chat: ToldChat, restoreDeleted = false) =>
      importEntries(server.database.writer, 1, exportsOf[program]?.(chat) ?? [], restoreDeleted)
    await take('chatgpt', CHAT)
    if (isCopyFirst) t.match(await take('claude', CHAT), { imported: 0, unchanged: 1 })
    const [{ conversationId } = { conversationId: '' }] = await list()
    await server.inject({ method: 'DELETE', url: '/api/convos', headers, payload: { conversationId } })
    for (const isSwept of [false, true]) {
      if (isSwept) await server.housekeeping.idle()
      for (const program of ['chatgpt', 'claude']) t.match(await take(program, CHAT), { imported: 0, skipped: 1, errors: [{ reason: /deleted/ }] }, program)
    }
    t.strictSame(await list(), [])
    t.match(await take('claude', CHAT, true), { imported: 1, messages: 2 }, 'unless it is asked for')
    t.match(await take('claude', CHAT), { unchanged: 1 })
  }
})

t.test('copies whose times are those of a day stay apart', async (t) => {
  const { server, as } = await build(t)
  await as('ada')
  const alike: Chat = { turns: ['Hi', 'Hello'], title: 'A', createdAt: '2026-01-01', id: 'unique', messageIds: 'counter' }
  t.match(await importEntries(server.database.writer, 1, [entryOf(alike, 0, 1), librechatEntry(alike, 2)]), { imported: 2 })
})
