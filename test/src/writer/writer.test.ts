import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { renameConversation } from '../../../src/conversations/commands.js'
import { changePartition } from '../../../src/conversations/partitions.js'
import { viewConversation } from '../../../src/conversations/view.js'
import { DomainError } from '../../../src/errors.js'
import { deleteMessage } from '../../../src/messages/commands.js'
import { saveInSteps, saveMessage } from '../../../src/messages/save.js'
import { openDatabase } from '../../../src/writer/database.js'
import { StorageError } from '../../../src/writer/errors.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { ping } from '../../../src/writer/ping.js'
import { MAX_WAITING_COMMANDS } from '../../../src/writer/writer.js'

async function open (t: Test, path = join(t.testdir(), 'parley.db')) {
  const failures: Error[] = []
  const database = await openDatabase(path, commandModule, (error) => { failures.push(error) }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  return { ...database, failures }
}

const account = (id: string) => ({
  id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: 1
})

for (const path of ['file', ':memory:']) {
  t.test(`a writer on a ${path} database`, async (t) => {
    const { reader, writer } = await open(t, path === 'file' ? undefined : path)

    t.test('returns from a write when the reader sees it', async (t) => {
      await createAccount(writer, account('ada'))
      t.equal(reader.$client.prepare('SELECT count(*) FROM users').pluck().get(), 1)
    })

    t.test('rejects with the DomainError of the command', async (t) => {
      const refused = renameConversation(writer, { userNo: 1, conversationId: 'nope', title: 'x', now: 1 })
      await t.rejects(refused, new DomainError('NOT_FOUND', 'Conversation not found'))
    })

    t.test('runs commands in the order they were sent', async (t) => {
      const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
      const saved = saveMessage(writer, { userNo: 1, conversationId, message: { messageId: 'm', text: 'Hi' }, now: 1 })
      const renamed = Array.from({ length: 20 }, (_, n) =>
        renameConversation(writer, { userNo: 1, conversationId, title: `Title ${n}`, now: 2 }))
      await saved
      t.strictSame((await Promise.all(renamed)).map((row) => viewConversation(row, 'ada').title), Array.from({ length: 20 }, (_, n) => `Title ${n}`))
    })
  })
}

t.test('the reader cannot write', async (t) => {
  const { reader } = await open(t)
  t.throws(() => changePartition(reader, 1, 'live'), { code: 'SQLITE_READONLY' })
})

t.test('commands beyond a full queue are refused, and accepted ones run', async (t) => {
  const { writer } = await open(t)
  const sent = Array.from({ length: MAX_WAITING_COMMANDS + 5 }, () => ping(writer))
  const results = await Promise.allSettled(sent)
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, MAX_WAITING_COMMANDS)
  const [refused] = results.slice(-1)
  t.match(refused, { status: 'rejected', reason: { code: 'BUSY' } })
})

t.test('pages move from the WAL to the file while the writer runs', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const { writer } = await open(t, path)
  await createAccount(writer, account('ada'))
  const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
  for (let n = 0; n < 20; n++) {
    await saveMessage(writer, { userNo: 1, conversationId, message: { messageId: `m${n}`, text: `${n}`.padEnd(1_000_000, ' again') }, now: 1 })
  }
  t.ok(readFileSync(path).includes(' again again again'))
})

t.test('a full disk rejects with StorageError and changes nothing', async (t) => {
  const { reader, writer } = await open(t, ':memory:')
  await createAccount(writer, account('ada'))
  const pages = Number(reader.$client.pragma('page_count', { simple: true }))
  reader.$client.pragma(`max_page_count = ${pages}`)
  const message = { messageId: 'm', text: 'x'.repeat(100_000) }
  const saved = saveMessage(writer, { userNo: 1, conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10', message, now: 1 })
  await t.rejects(saved, StorageError)
  t.equal(reader.$client.prepare('SELECT count(*) FROM conversations').pluck().get(), 0)
})

t.test('commands after a close are refused', async (t) => {
  const database = await openDatabase(join(t.testdir(), 'parley.db'), commandModule, () => t.fail('an asked-for end is no failure'), SHORT_COMMAND_LIMITS)
  await database.close()
  await t.rejects(ping(database.writer), { code: 'BUSY' })
})

t.test('commands that were sent before a close are answered before it returns', async (t) => {
  const { writer, close } = await openDatabase(join(t.testdir(), 'parley.db'), commandModule, () => t.fail('an asked-for end is no failure'), SHORT_COMMAND_LIMITS)
  await createAccount(writer, account('ada'))
  const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
  const save = (messageId: string, text: string) => saveMessage(writer, { userNo: 1, conversationId, message: { messageId, text }, now: 1 })
  const results = Promise.allSettled([save('m1', 'Hi'), save('m2', 'Hi'), save('long', 'Hi '.repeat(100_000))])
  await close()
  const answered = await Promise.race([results, new Promise<null>((resolve) => { setImmediate(resolve, null) })])
  // A long text is saved in steps, which a close interrupts.
  t.strictSame(answered?.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected'])
})

t.test('a refused command for the same conversation does not undo a save in steps', async (t) => {
  const { writer } = await open(t)
  await createAccount(writer, account('ada'))
  await createAccount(writer, { ...account('eve'), isInvited: true })
  const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
  await saveMessage(writer, { userNo: 1, conversationId, message: { messageId: 'm1', text: 'Hi' }, now: 1 })
  const [saved, refused] = await Promise.allSettled([
    saveInSteps(writer, { userNo: 1, conversationId, message: { messageId: 'm2', text: 'Hi' }, now: 2 }),
    deleteMessage(writer, { userNo: 2, conversationId, messageId: 'm1', now: 3 })
  ])
  t.match(saved, { status: 'fulfilled', value: { messageId: 'm2' } })
  t.match(refused, { status: 'rejected', reason: { code: 'FORBIDDEN' } })
})
