import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { deleteConversation } from '../../../src/conversations/commands.js'
import { findConversation } from '../../../src/conversations/find.js'
import { sweepDeleted } from '../../../src/conversations/sweep.js'
import { beginCopy, continueCopy } from '../../../src/copies/commands.js'
import { deleteMessage, editMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { rebuildSearch } from '../../../src/search/index/commands.js'
import { messageWords, storedWords } from '../../../src/search/index/entries.js'
import { indexWords, SLICE_LENGTH } from '../../../src/search/index/tokenizer.js'
import { openDatabase } from '../../../src/writer/database.js'
import { runSteps } from '../../../src/writer/steps.js'

const SLICES = 8
const LONG = 'tram to the castle '.repeat(SLICES * SLICE_LENGTH / 19)

/** A user with one conversation of three messages, the second of them long. */
async function open (t: Test) {
  const { reader: db, writer, close } = await openDatabase(':memory:', commandModule, (error) => { throw error })
  t.teardown(close)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const of = { userNo: 1, conversationId: randomUUID(), now: 1 }
  const save = (messageId: string, text: string) => saveMessage(writer, { ...of, message: { messageId, text } })
  for (const [id, text] of [['m1', 'Hello'], ['m2', LONG], ['m3', 'Bye']] as const) await save(id, text)
  return {
    db,
    of,
    save,
    pk: findConversation(db, 1, of.conversationId)?.pk ?? 0,
    /** Empties the index, which a rebuild fills again. */
    forget: () => { db.$client.exec('INSERT INTO search (search) VALUES (\'delete-all\'); UPDATE search_progress SET indexed_to = 0') },
    edit: (text: string) => editMessage(writer, { ...of, messageId: 'm2', edit: { text } }),
    remove: (messageId: string) => deleteMessage(writer, { ...of, messageId }),
    removeAll: () => deleteConversation(writer, of)
  }
}

/** Runs the steps, and `between` after each. Returns how many there were. */
async function run (steps: Generator<void, unknown, void>, between: (step: number) => unknown = () => {}) {
  let count = 0
  while (!steps.next().done) await between(count++)
  return count
}

t.test('a long text is tokenized one slice at a time', async (t) => {
  const steps = await run(indexWords(1, [LONG]))
  t.ok(steps >= SLICES - 1 && steps <= SLICES, `${steps} steps`)
  t.equal(await run(indexWords(1, ['Hello', 'Bye'])), 0)
})

t.test('the words of a message that changes meanwhile are those of its last text', async (t) => {
  const { db, pk, edit } = await open(t)
  const steps = storedWords(db, pk, 2)
  steps.next()
  await edit(`${LONG} again`)
  t.equal(runSteps(steps), messageWords(1, { text: `${LONG} again` }))
})

t.test('a message that is deleted meanwhile has no words', async (t) => {
  const { db, pk, remove } = await open(t)
  const steps = storedWords(db, pk, 2)
  steps.next()
  await remove('m2')
  t.equal(runSteps(steps), '')
})

t.test('a rebuild gives way within a long message', async (t) => {
  const { db, forget } = await open(t)
  forget()
  t.ok(await run(rebuildSearch.run(db)) > SLICES)
  t.strictSame(searchFaults(db), [])
})

t.test('writes at any step of a rebuild leave a sound index', async (t) => {
  for (const at of [1, 3, SLICES - 2]) {
    const { db, forget, edit, save, remove } = await open(t)
    forget()
    await run(rebuildSearch.run(db), async (step) => {
      if (step !== at) return
      await edit('Short')
      await save('m4', LONG)
      await remove('m1')
    })
    t.strictSame(searchFaults(db), [], `at step ${at}`)
  }
})

t.test('the sweep of a deleted conversation gives way within a long message', async (t) => {
  const { db, removeAll } = await open(t)
  await removeAll()
  t.ok(await run(sweepDeleted.run(db)) > SLICES)
  t.strictSame(searchFaults(db), [])
  t.equal(db.$client.prepare('SELECT count(*) FROM messages').pluck().get(), 0)
})

t.test('a copy gives way within a long message, and can end at any step', async (t) => {
  const { db, of } = await open(t)
  const input = { ...of, copyId: 'copy', title: '', fork: null }
  const partitionNo = beginCopy.run(db, input)
  if (partitionNo === null) throw new Error('The copy is not large')
  const steps = await run(continueCopy.run(db, { ...input, partitionNo }), () => {
    t.equal(findConversation(db, 1, 'copy'), undefined)
    t.strictSame(searchFaults(db), [])
  })
  t.ok(steps > SLICES)
  t.match(findConversation(db, 1, 'copy'), { messageCount: 3 })
  t.strictSame(searchFaults(db), [])
})
