import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { deleteAccount } from '../../../src/accounts/deletion.js'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { archiveConversation, deleteConversation } from '../../../src/conversations/commands.js'
import { findConversation } from '../../../src/conversations/find.js'
import { discardStaged } from '../../../src/conversations/sweep.js'
import { abandonCopy, beginCopy, continueCopy, MAX_SHORT_COPY } from '../../../src/copies/commands.js'
import { copyConversation } from '../../../src/copies/copy.js'
import type { Fork } from '../../../src/copies/fork.js'
import type { Db } from '../../../src/db/connection.js'
import { openWriter } from '../../../src/db/open.js'
import { conversations } from '../../../src/db/schema.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { deleteMessage, editMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import type { Writer } from '../../../src/writer/writer.js'
import { chainWithBranches, start, storeConversation, type Told } from '../../stored-conversation.js'

/** Messages of a conversation that is too large to be copied at once. */
const SIZE = MAX_SHORT_COPY.messages + 600

interface StoredMessage { messageId: string, parentMessageId: string | null, sourceId: string | null, body: string, createdAt: number, updatedAt: number }

/** A database with two users, and what the tests ask it. */
async function open (t: Test) {
  const database = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  const { reader: db, writer } = database
  const housekeeping = createHousekeeping(writer, (error) => { throw error })
  await createUser(writer, 'ada')
  await createUser(writer, 'eve')
  const sqlite = db.$client
  const messagesOf = (conversationId: string) => sqlite.prepare<[string], StoredMessage>(
    `SELECT m.message_id AS messageId, m.parent_message_id AS parentMessageId, m.source_id AS sourceId, m.body,
       m.created_at AS createdAt, m.updated_at AS updatedAt
     FROM conversations c JOIN messages m ON m.pk BETWEEN c.pk << 18 AND (c.pk << 18) + 262143
     WHERE c.conversation_id = ? ORDER BY m.pk`).all(conversationId)
  return {
    db,
    writer,
    housekeeping,
    messagesOf,
    count: (table: string) => Number(sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()),
    store: (messages: Told[], row: Parameters<typeof storeConversation>[3] = {}) => storeConversation(writer, 1, messages, row),
    copy: async (conversationId: string, { fork = null, title = '', userNo = 1 }: { fork?: Fork | null, title?: string, userNo?: number } = {}) =>
      storedRow(db, (await copyConversation({ database, housekeeping }, { conversationId, fork, title, userNo })).conversationId)
  }
}

/** Everything that is stored of a conversation itself. */
function storedRow (db: Db, conversationId: string) {
  const row = db.select().from(conversations).where(eq(conversations.conversationId, conversationId)).get()
  if (!row) throw new Error(`There is no conversation ${conversationId}`)
  return row
}

function createUser (writer: Writer, id: string) {
  return createAccount(writer, { id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: start })
}

/** What a copy must keep: bodies in order, each with the place of its parent. */
function shape (messages: StoredMessage[]) {
  const places = new Map(messages.map(({ messageId }, place) => [messageId, place]))
  return messages.map(({ body, parentMessageId }) => [body, parentMessageId === null ? null : places.get(parentMessageId)])
}

const body = JSON.stringify({
  sender: 'GPT-4o',
  text: 'Lisboa — 里斯本 🇵🇹',
  isCreatedByUser: false,
  unfinished: false,
  error: false,
  content: [{ type: 'text', text: 'Lisboa' }, { type: 'tool_call', tool_call: { id: 'c1', args: '{}' } }],
  model: 'gpt-4o',
  feedback: { rating: 'thumbsUp', tag: 'accurate_reliable' },
  files: [{ file_id: 'f1' }]
}).replace('"text":', ' "text" :')

for (const [size, way] of [[4, 'at once'], [MAX_SHORT_COPY.messages + 4, 'in steps']] as const) {
  t.test(`a conversation of ${size} messages, copied ${way}`, async (t) => {
    const filler = chainWithBranches(size - 4, 'm')
    const messages: Told[] = [
      { messageId: 'root', body },
      { messageId: 'early', parentMessageId: 'root', createdAt: start - 50_000, updatedAt: start - 40_000 },
      { messageId: 'equal', parentMessageId: 'early', createdAt: start - 50_000 },
      { messageId: 'late', parentMessageId: 'equal', createdAt: start + 1000, updatedAt: start + 5000 },
      ...filler
    ]

    t.test('keeps its messages to the byte, under fresh ids', async (t) => {
      const { db, store, copy, messagesOf } = await open(t)
      const id = await store(messages)
      const source = messagesOf(id)
      const { conversationId, messageCount, nextMessage, hasOrphans } = await copy(id)
      const copied = messagesOf(conversationId)
      t.strictSame(shape(copied), shape(source))
      t.equal(copied[0]?.body, body)
      t.strictSame([messageCount, nextMessage, hasOrphans], [size, size + 1, 0])
      t.equal(new Set([...source, ...copied].map(({ messageId }) => messageId)).size, 2 * size)
      t.ok(copied.every(({ messageId }) => /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(messageId)))
      t.ok(copied.every(({ sourceId }) => sourceId === null), 'and an import of the source does not touch it')
      t.strictSame(searchFaults(db), [])
    })

    t.test('keeps times, with children at least a millisecond after their parents', async (t) => {
      const { store, copy, messagesOf } = await open(t)
      const [root, early, equal, late] = messagesOf((await copy(await store(messages))).conversationId)
      t.match(root, { createdAt: start, updatedAt: start })
      t.match(early, { createdAt: start + 1, updatedAt: start + 1 })
      t.match(equal, { createdAt: start + 2, updatedAt: start + 2 })
      t.match(late, { createdAt: start + 1000, updatedAt: start + 5000 })
    })

    t.test('keeps settings and tags, and starts unarchived, unpinned and new', async (t) => {
      const { db, store, copy, count } = await open(t)
      const row = {
        tags: '["travel","work"]',
        settings: '{"temperature":0.7}',
        isArchived: 1,
        pinned: 1,
        spec: 'fast',
        agentId: 'agent_1',
        assistantId: 'asst_1',
        iconUrl: '/i.png',
        endpointType: 'custom'
      }
      const id = await store(messages, row)
      const source = storedRow(db, id)
      const tags = count('conversation_tags')
      const before = Date.now()
      const made = await copy(id)
      t.match(made, { ...row, isArchived: 0, pinned: 0, title: source.title, titleKey: source.titleKey, endpoint: 'openAI', model: 'gpt-4o' })
      t.ok(made.createdAt >= before && made.createdAt === made.updatedAt)
      t.match(made, { forkedFromConversation: id, forkedFromMessage: null })
      t.strictSame(storedRow(db, id), source, 'and the source is as it was')
      t.equal(count('conversation_tags'), tags + 2)
    })

    t.test('takes a title that is cleaned, or keeps its own', async (t) => {
      const { store, copy } = await open(t)
      const id = await store(messages)
      t.equal((await copy(id, { title: '  My\u0000 copy\n' })).title, 'My copy')
      t.match(await copy(id, { title: 'ÜBER' }), { title: 'ÜBER', titleKey: 'uber' })
      t.equal((await copy(id, { title: ' \u0007 ' })).title, 'Trip to Lisbon')
    })

    t.test('forks to the chosen message', async (t) => {
      const { store, copy, messagesOf } = await open(t)
      const id = await store(messages)
      const fork: Fork = { messageId: 'equal', option: 'directPath', latestMessageId: null }
      const made = await copy(id, { fork })
      t.match(made, { forkedFromConversation: id, forkedFromMessage: 'equal', messageCount: 3, nextMessage: 4 })
      t.strictSame(shape(messagesOf(made.conversationId)).map(([, parent]) => parent), [null, 0, 1])
      const split = await copy(id, { fork: { ...fork, latestMessageId: 'late' } })
      t.strictSame(shape(messagesOf(split.conversationId)).map(([, parent]) => parent), [null, 0])
    })

    t.test('refuses what is not there, is not theirs, or would be empty, and leaves nothing', async (t) => {
      const { store, copy, count, housekeeping } = await open(t)
      const id = await store(messages)
      housekeeping.schedule()
      await housekeeping.idle()
      const fork: Fork = { messageId: 'late', option: 'targetLevel', latestMessageId: 'root' }
      await t.rejects(copy(id, { userNo: 2 }), { code: 'FORBIDDEN' })
      await t.rejects(copy('unknown'), { code: 'NOT_FOUND' })
      await t.rejects(copy(id, { fork: { ...fork, messageId: 'x' } }), { code: 'NOT_FOUND', field: 'messageId' })
      await t.rejects(copy(id, { fork: { ...fork, latestMessageId: 'x' } }), { code: 'NOT_FOUND', field: 'latestMessageId' })
      await t.rejects(copy(id, { fork }), { code: 'INVALID', field: 'latestMessageId' })
      await housekeeping.idle()
      t.strictSame([count('messages'), count('conversations'), count('partitions')], [size, 1, 1])
    })

    t.test('a failure half way writes nothing', async (t) => {
      const { db, store, copy, count, housekeeping } = await open(t)
      const id = await store(messages)
      housekeeping.schedule()
      await housekeeping.idle()
      db.$client.exec(`CREATE TRIGGER half_way BEFORE INSERT ON messages WHEN NEW.pk & 262143 > ${size / 2}
        BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END`)
      await t.rejects(copy(id), /the disk is on fire/)
      t.equal(db.$client.prepare('SELECT count(*) FROM conversations c JOIN partitions p ON p.no = c.partition_no WHERE p.state = \'live\'').pluck().get(), 1)
      await housekeeping.idle()
      t.strictSame([count('messages'), count('conversations'), count('partitions')], [size, 1, 1])
      t.strictSame(searchFaults(db), [])
      db.$client.exec('DROP TRIGGER half_way')
      t.equal((await copy(id)).messageCount, size)
    })

    t.test('deleting either leaves the other whole', async (t) => {
      const { db, writer, store, copy, count, messagesOf, housekeeping } = await open(t)
      const id = await store(messages, { tags: '["travel"]' })
      const source = shape(messagesOf(id))
      const [first, second] = [await copy(id), await copy(id)]
      for (const conversationId of [id, first.conversationId]) {
        await deleteConversation(writer, { userNo: 1, conversationId, now: start })
        housekeeping.schedule()
        await housekeeping.idle()
        t.equal(findConversation(db, 1, conversationId), undefined)
        t.strictSame(messagesOf(conversationId), [])
        t.strictSame(shape(messagesOf(second.conversationId)), source)
      }
      t.strictSame([count('messages'), count('conversation_tags')], [size, 1])
      t.strictSame(searchFaults(db), [])
    })
  })
}

t.test('an empty conversation is duplicated, and has no message to fork at', async (t) => {
  const { store, copy } = await open(t)
  const id = await store([])
  t.match(await copy(id), { messageCount: 0, nextMessage: 1, title: 'Trip to Lisbon', forkedFromConversation: id })
  await t.rejects(copy(id, { fork: { messageId: 'x', option: 'targetLevel', latestMessageId: null } }), { code: 'NOT_FOUND' })
})

t.test('refuses another conversation when there is no number left for it', async (t) => {
  const { db, store, copy } = await open(t)
  const id = await store([{ messageId: 'root' }])
  db.$client.exec('UPDATE users SET next_conversation = 1 << 25')
  await t.rejects(copy(id), { code: 'LIMIT_REACHED' })
})

t.test('a conversation of few but long messages is copied in steps', async (t) => {
  const { writer, store, copy, messagesOf } = await open(t)
  const long = JSON.stringify({ ...JSON.parse(body), content: undefined, text: 'tram '.repeat(MAX_SHORT_COPY.bytes / 15) })
  const conversationId = await store([1, 2, 3, 4].map((n) => ({ messageId: `m${n}`, body: long })))
  const input = { userNo: 1, conversationId, copyId: 'copy', title: '', fork: null, now: start }
  const partitionNo = await beginCopy(writer, input)
  t.type(partitionNo, 'number', 'nothing is copied by the first command')
  t.strictSame(shape(messagesOf((await copy(conversationId)).conversationId)), shape(messagesOf(conversationId)))
})

t.test('while a large conversation is copied', async (t) => {
  /** A copy between its first step and its last, and the rest of it. */
  async function begin (t: Test) {
    const world = await open(t)
    const conversationId = await world.store(chainWithBranches(SIZE, 'm'))
    world.housekeeping.schedule()
    await world.housekeeping.idle()
    const input = { userNo: 1, conversationId, copyId: 'copy', title: '', fork: null, now: start }
    const partitionNo = await beginCopy(world.writer, input) ?? 0
    const steps = continueCopy.run(world.db, { ...input, partitionNo })
    for (let step = 0; step < 4; step++) steps.next()
    t.ok(world.count('messages') > SIZE && world.count('messages') < 2 * SIZE, 'some of it is written')
    return { ...world, conversationId, partitionNo, steps }
  }

  t.test('nobody sees the copy before it is complete', async (t) => {
    const { db, steps } = await begin(t)
    do {
      t.equal(findConversation(db, 1, 'copy'), undefined)
    } while (!steps.next().done)
    t.match(findConversation(db, 1, 'copy'), { messageCount: SIZE })
  })

  const changes: Record<string, [code: string, change: (world: Awaited<ReturnType<typeof begin>>) => Promise<unknown>]> = {
    'a new message': ['CONFLICT', ({ writer, conversationId }) =>
      saveMessage(writer, { userNo: 1, conversationId, message: { messageId: 'new', parentMessageId: 'm-0' }, now: start })],
    'an edit': ['CONFLICT', ({ writer, conversationId }) =>
      editMessage(writer, { userNo: 1, conversationId, messageId: 'm-9', edit: { text: 'x' }, now: start })],
    'a deleted message': ['CONFLICT', ({ writer, conversationId }) =>
      deleteMessage(writer, { userNo: 1, conversationId, messageId: 'm-9', now: start })],
    'deleting the source': ['NOT_FOUND', ({ writer, conversationId }) =>
      deleteConversation(writer, { userNo: 1, conversationId, now: start })],
    'deleting the account': ['NOT_FOUND', ({ writer }) => deleteAccount(writer, { userNo: 1, now: start })]
  }
  for (const [name, [code, change]] of Object.entries(changes)) {
    t.test(`${name} ends it as ${code}`, async (t) => {
      const world = await begin(t)
      await change(world)
      t.throws(() => { while (!world.steps.next().done) continue }, { code })
      await abandonCopy(world.writer, { partitionNo: world.partitionNo })
      t.equal(findConversation(world.db, 1, 'copy'), undefined)
    })
  }

  t.test('archiving and tagging the source do not disturb it', async (t) => {
    const { db, writer, conversationId, steps } = await begin(t)
    await archiveConversation(writer, { userNo: 1, conversationId, isArchived: true, now: start })
    await setConversationTags(writer, { userNo: 1, conversationId, tags: ['new'], now: start })
    while (!steps.next().done) continue
    t.match(storedRow(db, 'copy'), { isArchived: 0, messageCount: SIZE })
  })
})

t.test('a crash half way leaves nothing after the next start', async (t) => {
  const path = `${t.testdir()}/parley.db`
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  await createUser(database.writer, 'ada')
  const conversationId = await storeConversation(database.writer, 1, chainWithBranches(SIZE, 'm'))
  const input = { userNo: 1, conversationId, copyId: 'copy', title: '', fork: null, now: start }
  const partitionNo = await beginCopy(database.writer, input) ?? 0
  await database.close()
  const crashed = openWriter(path)
  const steps = continueCopy.run(crashed, { ...input, partitionNo })
  for (let step = 0; step < 4; step++) steps.next()
  crashed.$client.close()

  const { reader, writer, close } = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(close)
  const count = (table: string) => Number(reader.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  t.ok(count('messages') > SIZE)
  const housekeeping = createHousekeeping(writer, (error) => { throw error })
  await discardStaged(writer)
  housekeeping.schedule()
  await housekeeping.idle()
  t.strictSame([count('messages'), count('conversations'), count('partitions')], [SIZE, 1, 1])
  t.strictSame(searchFaults(reader), [])
})

t.test('any conversation, however damaged, is duplicated message by message', async (t) => {
  const { store, copy, messagesOf } = await open(t)
  const parent = fc.oneof(fc.nat({ max: 19 }).map(String), fc.constantFrom(null, 'gone'))
  const conversations = fc.array(fc.record({ parent, time: fc.nat({ max: 3 }) }), { maxLength: 20 })
  let run = 0
  await fc.assert(fc.asyncProperty(conversations, async (told) => {
    const prefix = `${run++}-`
    const id = await store(told.map(({ parent, time }, index) => ({
      messageId: prefix + index, parentMessageId: parent === null ? null : prefix + parent, createdAt: start + time
    })))
    const { conversationId } = await copy(id)
    const copied = messagesOf(conversationId)
    const source = new Map(messagesOf(id).map((message) => [message.body, message]))
    const byId = new Map(copied.map((message) => [message.messageId, message]))
    const seen = new Set<string>()
    for (const { messageId, parentMessageId, body, createdAt } of copied) {
      const original = source.get(body)
      const above = parentMessageId === null ? null : byId.get(parentMessageId)
      if (!original || above === undefined) return false
      if (above === null ? createdAt !== original.createdAt : createdAt !== Math.max(original.createdAt, above.createdAt + 1)) return false
      if (above && (!seen.has(above.messageId) || JSON.parse(above.body).text !== original.parentMessageId)) return false
      seen.add(messageId)
    }
    return copied.length === source.size
  }), { numRuns: 100 })
})
