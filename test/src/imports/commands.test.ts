import t, { type Test } from 'tap'
import { discardStaged, sweepDeleted } from '../../../src/conversations/sweep.js'
import { abandonImport, beginImport, publishImport, resumePublishing, stageConversations } from '../../../src/imports/commands.js'
import { applyNextUpdate } from '../../../src/imports/updates.js'
import { chatgptExport } from '../../chatgpt-export.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { build } from '../../helper.js'
import { multipart } from '../../multipart.js'
import { stagedChats } from '../../staged-import.js'

const chats = [{ id: 'one', turns: ['Hello', 'Hi there'] }, { id: 'two', turns: ['A question', 'An answer'] }]
const grown = [{ id: 'one', turns: ['Hello', 'Hi there', 'How are you?'] }, { id: 'two', turns: ['A question', 'An answer', 'Thanks'] }]

/** A server that sweeps only when it is told to, and the steps of an import by themselves. */
async function setUp (t: Test) {
  const { server, as } = await build(t)
  const { writer, reader } = server.database
  const headers = await as('ada')
  await server.housekeeping.idle()
  server.housekeeping.stop()
  const userNo = Number(reader.$client.prepare('SELECT no FROM users WHERE id = \'ada\'').pluck().get())

  async function upload (query = '', content = chatgptExport(chats)) {
    const form = multipart([{ content }])
    return await server.inject({
      method: 'POST', url: `/api/convos/import${query}`, headers: { ...headers, ...form.headers }, payload: form.body
    })
  }
  async function list (): Promise<Array<{ conversationId: string, title: string, messageCount: number }>> {
    return (await server.inject({ url: '/api/convos?sortBy=title&sortDirection=asc', headers })).json().conversations
  }
  async function texts (title: string): Promise<string[]> {
    const id = (await list()).find((conversation) => conversation.title === title)?.conversationId
    const messages: Array<{ text: string }> = (await server.inject({ url: `/api/messages/${id}`, headers })).json()
    return messages.map(({ text }) => text)
  }
  const remove = (url: string, payload: object) => server.inject({ method: 'DELETE', url, headers, payload })
  const begin = () => beginImport(writer, { userNo, now: Date.now() })
  const stage = (partitionNo: number, history = chats) =>
    stageConversations(writer, { userNo, partitionNo, restoreDeleted: false, conversations: stagedChats(userNo, history) })
  const publish = (partitionNo: number) => publishImport(writer, { userNo, partitionNo, now: Date.now() })
  const abandon = (partitionNo: number) => abandonImport(writer, { partitionNo })
  const sweep = () => sweepDeleted(writer)
  const count = (table: string) => reader.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  return { server, upload, list, texts, remove, begin, stage, publish, abandon, sweep, count, writer, headers, userNo }
}

for (const isSwept of [false, true]) {
  const when = isSwept ? 'after the sweep' : 'before the sweep'

  t.test(`a dry run leaves no trace in the next import, ${when}`, async (t) => {
    const { upload, sweep, list } = await setUp(t)
    t.match((await upload('?dryRun=true')).json(), { imported: 2 })
    if (isSwept) await sweep()
    t.match((await upload()).json(), { imported: 2, skipped: 0 })
    await sweep()
    t.match((await upload()).json(), { imported: 0, unchanged: 2 })
    t.equal((await list()).length, 2)
  })

  t.test(`an import that failed or was given up leaves no trace in the next one, ${when}`, async (t) => {
    const { upload, begin, stage, abandon, sweep, list } = await setUp(t)
    t.equal((await upload('', chatgptExport(chats).slice(0, -20))).statusCode, 400)
    const partitionNo = await begin()
    await stage(partitionNo)
    await abandon(partitionNo)
    if (isSwept) await sweep()
    t.match((await upload()).json(), { imported: 2, skipped: 0 })
    await sweep()
    t.match((await upload()).json(), { imported: 0, unchanged: 2 })
    t.equal((await list()).length, 2)
  })

  t.test(`what a crash left staged does not count, ${when}`, async (t) => {
    const { upload, begin, stage, sweep, writer } = await setUp(t)
    await stage(await begin())
    t.match((await upload()).json(), { imported: 2, skipped: 0 }, 'while the rows of the other import are still staged')
    await discardStaged(writer)
    if (isSwept) await sweep()
    t.match((await upload()).json(), { unchanged: 2, imported: 0 })
  })

  t.test(`a dry run with restoreDeleted does not end what was deleted, ${when}`, async (t) => {
    const { upload, remove, list, sweep, count } = await setUp(t)
    await upload()
    for (const { conversationId } of await list()) await remove('/api/convos', { conversationId })
    if (isSwept) await sweep()
    t.match((await upload('?restoreDeleted=true&dryRun=true')).json(), { imported: 2 })
    t.match((await upload()).json(), { code: 'CONFLICT', detail: /You deleted/ })
    t.match((await upload('?restoreDeleted=true')).json(), { imported: 2 })
    await sweep()
    t.match((await upload()).json(), { unchanged: 2 })
    t.match((await upload('?restoreDeleted=true')).json(), { unchanged: 2 }, 'restoring again adds no second copy')
    t.equal(count('conversations'), 2)

    for (const { conversationId } of await list()) await remove('/api/convos', { conversationId })
    if (isSwept) await sweep()
    t.match((await upload()).json(), { code: 'CONFLICT', detail: /You deleted/ }, 'deleted again')
  })

  t.test(`a conversation that is deleted while it grows stays away, and the rest is imported, ${when}`, async (t) => {
    const { upload, remove, list, texts, begin, stage, publish, sweep } = await setUp(t)
    await upload()
    const partitionNo = await begin()
    t.match(await stage(partitionNo, [...grown, { id: 'three', turns: ['New'] }]), [{ outcome: 'updated' }, { outcome: 'updated' }, { outcome: 'imported' }])
    const [one] = await list()
    await remove('/api/convos', { conversationId: one?.conversationId })
    if (isSwept) await sweep()
    await publish(partitionNo)
    t.strictSame((await list()).map(({ title }) => title), ['Chat three', 'Chat two'])
    t.strictSame(await texts('Chat two'), ['A question', 'An answer', 'Thanks'])
  })
}

t.test('publishing that a crash cut off is ended by the next start', async (t) => {
  for (const applied of [0, 1, 2]) {
    const { server, upload, list, texts, begin, stage, writer, count } = await setUp(t)
    await upload()
    const partitionNo = await begin()
    await stage(partitionNo, [...grown, { id: 'three', turns: ['New'] }])
    const { reader } = server.database
    // What a crash leaves: the first commit of publishing, and some of those that follow it.
    reader.$client.prepare('UPDATE partitions SET state = \'publishing\' WHERE no = ?').run(partitionNo)
    for (let n = 0; n < applied; n++) applyNextUpdate(reader, partitionNo)
    t.strictSame((await list()).map(({ title }) => title), ['Chat one', 'Chat two'], 'no new conversation is seen')

    await discardStaged(writer)
    await abandonImport(writer, { partitionNo })
    await resumePublishing(writer, { now: Date.now() })
    t.strictSame((await list()).map(({ title }) => title), ['Chat one', 'Chat three', 'Chat two'])
    t.strictSame(await texts('Chat one'), ['Hello', 'Hi there', 'How are you?'])
    t.strictSame(await texts('Chat two'), ['A question', 'An answer', 'Thanks'])
    t.strictSame(['staged_updates', 'staged_messages'].map(count), [0, 0])
    t.match((await upload('', chatgptExport([...grown, { id: 'three', turns: ['New'] }]))).json(), { unchanged: 3, imported: 0 })
  }
})

t.test('a conversation that changes between staging and publishing keeps what was done here', async (t) => {
  const { server, upload, list, texts, remove, begin, stage, publish, headers } = await setUp(t)
  await upload()
  const partitionNo = await begin()
  const changed = [{ id: 'one', title: 'New title', turns: ['Hello', 'Hi there!', 'How are you?'] }, { id: 'two', title: 'New title two', turns: ['A question', 'An answer', 'Thanks'] }]
  await stage(partitionNo, changed.map((chat) => ({ ...chat, updatedAt: 1_800_000_000 })))
  const [one, two] = await list()
  await server.inject({ method: 'POST', url: '/api/convos/update', headers, payload: { conversationId: one?.conversationId, title: 'Mine' } })
  const messages: Array<{ messageId: string }> = (await server.inject({ url: `/api/messages/${one?.conversationId}`, headers })).json()
  const url = `/api/messages/${one?.conversationId}/${messages[1]?.messageId}`
  await server.inject({ method: 'PUT', url, headers, payload: { text: 'Edited here' } })
  const answer: Array<{ messageId: string }> = (await server.inject({ url: `/api/messages/${two?.conversationId}`, headers })).json()
  await remove(`/api/messages/${two?.conversationId}/${answer[1]?.messageId}`, {})
  await publish(partitionNo)
  t.strictSame((await list()).map(({ title }) => title), ['Mine', 'New title two'])
  t.strictSame(await texts('Mine'), ['Hello', 'Edited here', 'How are you?'])
  t.strictSame(await texts('New title two'), ['A question', 'Thanks'])
})

t.test('an account that is deleted while it imports', async (t) => {
  for (const [moment, steps] of Object.entries({
    'before the import begins': ['delete', 'begin'],
    'before anything is staged': ['begin', 'delete', 'stage'],
    'while it is staged': ['begin', 'stage', 'delete', 'stage more'],
    'before it is published': ['begin', 'stage', 'delete', 'publish'],
    'and swept before it is published': ['begin', 'stage', 'delete', 'sweep', 'publish']
  })) {
    const { remove, begin, stage, publish, abandon, sweep, count } = await setUp(t)
    let partitionNo = 0
    const step: Record<string, () => Promise<unknown>> = {
      begin: async () => { partitionNo = await begin() },
      stage: () => stage(partitionNo),
      'stage more': () => stage(partitionNo, [{ id: 'three', turns: ['New'] }]),
      publish: () => publish(partitionNo),
      delete: () => remove('/api/user/delete', {}),
      sweep
    }
    const last = steps.pop() ?? ''
    for (const name of steps) await step[name]?.()
    await t.rejects(step[last]?.() ?? Promise.resolve(), { code: 'UNAUTHENTICATED' }, moment)
    await abandon(partitionNo)
    await sweep()
    t.strictSame(['partitions', 'conversations', 'import_origins', 'staged_messages'].map(count), [0, 0, 0, 0], `${moment}: nothing is left`)
  }
})

t.test('each step of staging leaves the index as the stored texts are, whatever a batch mixes', async (t) => {
  const { server, upload, begin, userNo } = await setUp(t)
  await upload()
  const partitionNo = await begin()
  const db = server.database.reader
  const mixed = [{ id: 'new', turns: ['First', 'Second'] }, ...chats, { id: 'newer', turns: ['Third'] }, ...grown, { id: 'newest', turns: ['Fourth'] }]
  const steps = stageConversations.run(db, { userNo, partitionNo, restoreDeleted: false, conversations: stagedChats(userNo, mixed) })
  let count = 0
  for (let step = steps.next(); !step.done; step = steps.next()) {
    count++
    t.strictSame(searchFaults(db), [], `step ${count}`)
  }
  t.ok(count > 3, 'there are steps to stop at')
})
