import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { requireConversationForRead } from '../../../src/conversations/find.js'
import { deleteMessage, editInSteps, editMessage, editShortMessage, rateMessage } from '../../../src/messages/commands.js'
import { requireMessage } from '../../../src/messages/find.js'
import { messageLinks } from '../../../src/messages/order.js'
import { MAX_SHORT_BODY, saveInSteps, saveMessage, saveShortMessage } from '../../../src/messages/save.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

const BRANCH = 60
const LONG = 'tram '.repeat(MAX_SHORT_BODY / 4)

async function open (t: Test) {
  const { reader: db, writer, close } = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(close)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const of = { userNo: 1, conversationId: randomUUID(), now: 1 }
  const input = (messageId: string, parentMessageId?: string, text = messageId) =>
    ({ ...of, message: { messageId, text, ...(parentMessageId !== undefined && { parentMessageId }) } })
  const save = (messageId: string, parentMessageId?: string, text?: string) => saveMessage(writer, input(messageId, parentMessageId, text))
  const pk = () => requireConversationForRead(db, 1, of.conversationId).pk
  const links = () => messageLinks(db, pk())

  /** Fails unless each parent is stored before its children, and the index matches the texts. */
  function assertSound () {
    const numbers = new Map(links().map(({ messageId, n }) => [messageId, n]))
    t.ok(links().every(({ n, parentMessageId }) => parentMessageId === null || (numbers.get(parentMessageId) ?? 0) < n))
    t.strictSame(searchFaults(db), [])
  }
  return { db, writer, of, input, save, pk, links, assertSound }
}

/** Runs the steps, and `between` after each. Returns how many there were. */
async function run (steps: Generator<void, unknown, void>, between: (step: number) => unknown) {
  let count = 0
  while (!steps.next().done) await between(count++)
  return count
}

/** A conversation in which the chain `m0`, `m1`, … stands before the root `late`. */
async function openWithBranch (t: Test) {
  const world = await open(t)
  for (let n = 0; n < BRANCH; n++) await world.save(`m${n}`, n === 0 ? undefined : `m${n - 1}`)
  await world.save('late')
  return world
}

t.test('a branch moves below a later message in steps, and the order holds at each', async (t) => {
  const { db, input, links, assertSound } = await openWithBranch(t)
  t.equal(saveShortMessage.run(db, input('m0', 'late')), null)
  t.ok(await run(saveInSteps.run(db, input('m0', 'late')), assertSound) >= BRANCH - 1)
  t.strictSame(links().map(({ messageId }) => messageId), ['late', ...Array.from({ length: BRANCH }, (_, n) => `m${n}`)])
  assertSound()
})

const writes: Record<string, (world: Awaited<ReturnType<typeof openWithBranch>>) => Promise<unknown>> = {
  'a new message': ({ save }) => save('new', 'm5'),
  'another branch below the one that moves': async ({ save }) => {
    await save('late2')
    await save('m9', 'late2')
    await save('late', 'm3').catch(() => {})
  },
  'a deletion': ({ writer, of }) => deleteMessage(writer, { ...of, messageId: 'm7' })
}
for (const [what, write] of Object.entries(writes)) {
  t.test(`${what} while a branch moves leaves every parent before its children`, async (t) => {
    const world = await openWithBranch(t)
    const { db, input, assertSound } = world
    const steps = saveInSteps.run(db, input('m0', 'late'))
    const moving = run(steps, async (step) => {
      if (step === 10) await write(world)
      assertSound()
    })
    // The write can have put the new parent below the message.
    await moving.catch((error) => { t.match(error, { code: 'INVALID' }) })
    assertSound()
  })
}

t.test('a parent that comes late takes a number before its children', async (t) => {
  const { db, save, input, links, assertSound } = await open(t)
  for (let n = 0; n < BRANCH; n++) await save(`m${n}`, n === 0 ? 'top' : `m${n - 1}`)
  await run(saveInSteps.run(db, input('top')), assertSound)
  t.strictSame(links().map(({ messageId }) => messageId), ['top', ...Array.from({ length: BRANCH }, (_, n) => `m${n}`)])
  assertSound()
})

t.test('a long message is saved and edited in steps, and what it becomes meanwhile is not lost', async (t) => {
  const { db, writer, of, input, save, pk, assertSound } = await open(t)
  await save('m')
  t.equal(saveShortMessage.run(db, input('m', undefined, LONG)), null)
  const saving = await run(saveInSteps.run(db, input('m', undefined, LONG)), async (step) => {
    if (step === 0) await editMessage(writer, { ...of, messageId: 'm', edit: { text: 'Hello', model: 'gpt' } })
    assertSound()
  })
  t.ok(saving > 2)
  t.match(JSON.parse(requireMessage(db, pk(), 'm').body), { text: LONG, model: 'gpt' })

  const edit = { ...of, messageId: 'm', edit: { text: `${LONG} castle` } }
  t.equal(editShortMessage.run(db, edit), null)
  await run(editInSteps.run(db, edit), async (step) => {
    if (step === 0) await save('m', undefined, 'Hello')
    assertSound()
  })
  t.equal(JSON.parse(requireMessage(db, pk(), 'm').body).text, `${LONG} castle`)
  assertSound()
})

t.test('the children of a deleted message move to its parent in steps, and a tree is there at each', async (t) => {
  const { db, of, save, links, assertSound } = await open(t)
  await save('root')
  await save('m', 'root', LONG)
  for (let n = 0; n < 120; n++) await save(`c${n}`, 'm')
  await run(deleteMessage.run(db, { ...of, messageId: 'm' }), async (step) => {
    if (step === 1) await save('c new', 'm')
    assertSound()
    t.ok(links().every(({ messageId, parentMessageId }) => parentMessageId === (messageId === 'root' ? null : messageId === 'm' ? 'root' : 'm') || parentMessageId === 'root'))
  })
  t.strictSame([links().length, new Set(links().slice(1).map(({ parentMessageId }) => parentMessageId))], [122, new Set(['root'])])
  assertSound()
})

t.test('an edit, a save and a deletion give up while the message changes at every step', async (t) => {
  const { db, writer, of, input, save, assertSound } = await open(t)
  await save('m', undefined, LONG)
  const writes = {
    editInSteps: editInSteps.run(db, { ...of, messageId: 'm', edit: { text: `${LONG} castle` } }),
    saveInSteps: saveInSteps.run(db, input('m', undefined, `${LONG} castle`)),
    deleteMessage: deleteMessage.run(db, { ...of, messageId: 'm' })
  }
  for (const [name, steps] of Object.entries(writes)) {
    await t.rejects(run(steps, async (step) => {
      if (step > 1000) throw new Error(`${name} does not end`)
      await rateMessage(writer, { ...of, messageId: 'm', feedback: { rating: 'thumbsUp', text: String(step) } })
    }), { code: 'CONFLICT' }, name)
  }
  assertSound()
})
