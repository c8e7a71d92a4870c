import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { JsonObject } from '../../../src/formats/kit/draft.js'
import { ownId } from '../../../src/formats/kit/own-id.js'
import { build } from '../../helper.js'
import { importEntries } from '../../import-in-process.js'

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

t.test('no text is lost and nothing is taken twice, whatever ids and times chats have, in one file or in several', async (t) => {
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

  await fc.assert(fc.asyncProperty(fc.array(fc.array(chat, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), async (files) => {
    const userNo = addUser.get(String(users++)) ?? 0
    let number = 0
    const histories = files.map((chats) => chats.map((chat, place) => entryOf(chat, place, number++)))
    for (const entries of histories) await importEntries(writer, userNo, entries)
    const paths = pathsOf(userNo)
    for (const { turns } of files.flat()) assert.ok(paths.includes(`/${turns.join('/')}`), `${turns.join('/')} is lost`)

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
