import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { beginImport, publishImport, stageConversations } from '../../../src/imports/commands.js'
import { deleteMessage } from '../../../src/messages/commands.js'
import { messageLinks } from '../../../src/messages/order.js'
import { saveMessage } from '../../../src/messages/save.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { openDatabase } from '../../../src/writer/database.js'
import { stagedChats } from '../../staged-import.js'

const BEFORE = 3
const AFTER = 450

const chat = (turns: number) => [{ id: 'one', turns: Array.from({ length: turns }, (_, n) => `Turn ${n}`) }]

/** A conversation of three messages, and the steps that publish the rest of it. */
async function open (t: Test) {
  const { reader: db, writer, close } = await openDatabase(':memory:', commandModule, (error) => { throw error })
  t.teardown(close)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })

  async function stage (turns: number) {
    const partitionNo = await beginImport(writer, { userNo: 1, now: 1 })
    await stageConversations(writer, { userNo: 1, partitionNo, restoreDeleted: false, conversations: stagedChats(1, chat(turns)) })
    return { userNo: 1, partitionNo, now: 1 }
  }
  await publishImport(writer, await stage(BEFORE))
  const { pk, conversationId } = db.$client.prepare<[], { pk: number, conversationId: string }>(
    'SELECT pk, conversation_id AS conversationId FROM conversations').get() ?? { pk: 0, conversationId: '' }
  const links = () => messageLinks(db, pk)
  return { db, writer, of: { userNo: 1, conversationId, now: 2 }, links, steps: publishImport.run(db, await stage(AFTER)) }
}

type World = Awaited<ReturnType<typeof open>>

const idAt = ({ links }: World, place: number) => links()[place]?.messageId ?? ''
const save = (world: World, messageId: string, parentMessageId: string) =>
  saveMessage(world.writer, { ...world.of, message: { messageId, parentMessageId, text: 'tram' } })

const writes: Record<string, [write: (world: World) => Promise<unknown>, messages: number]> = {
  'a new message': [(world) => save(world, 'new', idAt(world, 1)), AFTER + 1],
  'a move to a later message': [async (world) => {
    await save(world, 'late', '')
    await save(world, idAt(world, 1), 'late')
  }, AFTER + 1],
  'a late parent': [async (world) => {
    await save(world, 'child', 'parent')
    await save(world, 'parent', idAt(world, 0))
  }, AFTER + 2],
  'a deletion': [({ writer, of, ...world }) => deleteMessage(writer, { ...of, messageId: idAt({ writer, of, ...world }, 2) }), AFTER - 1]
}

for (const [what, [write, messages]] of Object.entries(writes)) {
  t.test(`${what} between two steps of publishing is kept, and every parent stays before its children`, async (t) => {
    const world = await open(t)
    const { db, links, steps } = world
    let count = 0
    for (let step = steps.next(); !step.done; step = steps.next()) {
      if (links().length > BEFORE && count++ === 0) await write(world)
    }
    t.ok(count > 1, 'there are steps after it')
    const numbers = new Map(links().map(({ messageId, n }) => [messageId, n]))
    t.ok(links().every(({ n, parentMessageId }) => parentMessageId === null || (numbers.get(parentMessageId) ?? Infinity) < n))
    t.equal(links().length, messages)
    t.equal(db.$client.prepare('SELECT message_count FROM conversations').pluck().get(), messages)
    t.strictSame(searchFaults(db), [])
  })
}
