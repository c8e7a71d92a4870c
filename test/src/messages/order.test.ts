import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { requireConversationForRead } from '../../../src/conversations/find.js'
import { MAX_MESSAGES } from '../../../src/db/keys.js'
import { deleteMessage } from '../../../src/messages/commands.js'
import { messageLinks } from '../../../src/messages/order.js'
import { saveMessage } from '../../../src/messages/save.js'
import { streamMessages } from '../../../src/messages/stream.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { openDatabase } from '../../../src/writer/database.js'

/** A user with one empty conversation to come. */
async function open (t: Test) {
  const database = await openDatabase(':memory:', commandModule, (error) => { throw error })
  t.teardown(() => database.close())
  const { reader: db, writer } = database
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: 'ada', name: 'Ada', passwordHash: null, isOpen: true, now: 1 })
  const of = { userNo: 1, conversationId: randomUUID(), now: 1 }
  const row = () => requireConversationForRead(db, 1, of.conversationId)
  return {
    db,
    row,
    save: (messageId: string, parentMessageId?: string, text = messageId) =>
      saveMessage(writer, { ...of, message: { messageId, text, ...(parentMessageId !== undefined && { parentMessageId }) } }),
    remove: (messageId: string) => deleteMessage(writer, { ...of, messageId }),
    ids: () => messageLinks(db, row().pk).map(({ messageId }) => messageId),
    stream: () => streamMessages(db, row()),
    /** As if so many messages had been there once. */
    setNextNumber: (next: number) => { db.$client.prepare('UPDATE conversations SET next_message = ?').run(next) }
  }
}

t.test('a branch moved to and fro takes no numbers below earlier messages', async (t) => {
  const { db, row, save, ids } = await open(t)
  for (const [id, parent] of [['a'], ['b'], ['top', 'a'], ['leaf', 'top']] as const) await save(id, parent)
  for (let round = 0; round < 5; round++) {
    await save('top', 'b')
    await save('top', 'a')
  }
  t.strictSame([row().nextMessage, ids()], [5, ['a', 'b', 'top', 'leaf']])
  t.strictSame(searchFaults(db), [])
})

t.test('a branch below a later message comes after it', async (t) => {
  const { db, save, ids } = await open(t)
  for (const [id, parent] of [['top'], ['leaf', 'top'], ['late']] as const) await save(id, parent)
  await save('top', 'late')
  t.strictSame(ids(), ['late', 'top', 'leaf'])
  t.strictSame(searchFaults(db), [])
})

t.test('numbers that moves and deletions left free are used again at the end', async (t) => {
  const { db, row, save, remove, ids, setNextNumber } = await open(t)
  for (const [id, parent] of [['a'], ['gone'], ['top', 'a'], ['leaf', 'top'], ['late']] as const) await save(id, parent)
  await remove('gone')

  setNextNumber(MAX_MESSAGES)
  await save('top', 'late')
  t.strictSame([row().nextMessage, ids()], [7, ['a', 'late', 'top', 'leaf']], 'by a move')
  setNextNumber(MAX_MESSAGES + 1)
  await save('new', 'leaf')
  t.strictSame([row().nextMessage, ids()], [6, ['a', 'late', 'top', 'leaf', 'new']], 'by a new message')
  t.strictSame(searchFaults(db), [])
})

t.test('a conversation forgets its orphans when none is left', async (t) => {
  const { row, save, remove, ids } = await open(t)
  await save('child', 'parent')
  t.equal(row().hasOrphans, 1)
  await save('other')
  t.equal(row().hasOrphans, 1, 'another message changes nothing')
  await save('parent')
  t.strictSame([row().hasOrphans, ids()], [0, ['parent', 'child', 'other']], 'the parent came')
  const { nextMessage } = row()
  await save('last', 'child')
  t.equal(row().nextMessage, nextMessage + 1, 'so a message takes one number again')

  await save('lost', 'nowhere')
  t.equal(row().hasOrphans, 1)
  await remove('lost')
  await save('one more')
  t.equal(row().hasOrphans, 0, 'the orphan went')
})

t.test('of a conversation saved newest first', async (t) => {
  const { db, row, save, ids } = await open(t)
  /** Saves the messages of a chain from one number down to another. */
  async function saveDown (from: number, to: number) {
    for (let n = from; n >= to; n--) await save(`m${n}`, n === 1 ? undefined : `m${n - 1}`)
  }
  const chain = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `m${from + n}`)
  const numbers = () => new Map(messageLinks(db, row().pk).map(({ messageId, n }) => [messageId, n]))

  t.test('no message moves', async (t) => {
    await saveDown(2000, 1900)
    const before = numbers()
    await saveDown(1899, 1890)
    const after = numbers()
    t.strictSame([...before].filter(([id, n]) => after.get(id) !== n), [])
    t.strictSame(ids(), chain(1890, 2000))
  })

  t.test('the order holds when the free numbers are used up', async (t) => {
    await saveDown(1889, 800)
    t.strictSame(ids(), chain(800, 2000))
    const before = numbers()
    await saveDown(799, 790)
    const after = numbers()
    t.strictSame([...before].filter(([id, n]) => after.get(id) !== n), [], 'and there are free ones again')
  })

  t.test('a parent that comes between keeps both sides', async (t) => {
    await save('late', 'm2000')
    await save('root')
    await save('m789', 'root')
    t.strictSame(ids(), ['root', 'm789', ...chain(790, 2000), 'late'])
    t.strictSame(searchFaults(db), [])
  })

  t.test('half of all numbers is never spent on gaps', async (t) => {
    const { row, save, setNextNumber } = await open(t)
    await save('first')
    setNextNumber(MAX_MESSAGES - 1)
    await save('lost', 'nowhere')
    t.equal(row().nextMessage, MAX_MESSAGES)
  })
})

t.test('messages that are read in slices', async (t) => {
  const long = 'x'.repeat(100_000)
  const idsOf = (pieces: string[]): string[] => JSON.parse(pieces.join('')).map(({ messageId }: { messageId: string }) => messageId)

  async function begin (t: Test) {
    const world = await open(t)
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await world.save(id, undefined, long)
    const stream = world.stream()
    const first = String(stream.next().value)
    t.ok(first.includes('"c"') && !first.includes('"d"'), 'three messages are a slice')
    return { ...world, first, stream }
  }

  t.test('come once when one that was sent gets another number', async (t) => {
    const { save, first, stream } = await begin(t)
    await save('a', 'f')
    t.strictSame(idsOf([first, ...stream]), ['a', 'b', 'c', 'd', 'e', 'f'])
  })

  t.test('come once when one that was not sent gets another number', async (t) => {
    const { save, first, stream } = await begin(t)
    await save('d', 'f')
    t.strictSame(idsOf([first, ...stream]), ['a', 'b', 'c', 'e', 'f', 'd'])
  })

  t.test('come once when all get other numbers', async (t) => {
    const { save, remove, setNextNumber, first, stream } = await begin(t)
    await remove('a')
    setNextNumber(MAX_MESSAGES + 1)
    await save('g')
    t.strictSame(idsOf([first, ...stream]), ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })

  t.test('are left out when they are deleted in between', async (t) => {
    const { remove, first, stream } = await begin(t)
    await remove('e')
    t.strictSame(idsOf([first, ...stream]), ['a', 'b', 'c', 'd', 'f'])
  })
})
