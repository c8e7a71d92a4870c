import t from 'tap'
import { facts, fixture, imported, importedOne, importTime, rows, shape } from './imported.js'

const said = [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }]

t.test('version 4', async (t) => {
  const { conversations: [first, second], entries, formats } = await imported(t, fixture('chatbotui/v4.json'))
  if (first === undefined || second === undefined) throw new Error('a conversation is missing')
  t.strictSame(formats, ['chatbotui'])
  t.strictSame(facts(first), {
    source: 'chatbotui',
    sourceId: '1f0c7d5e-0000-4000-8000-000000000001',
    title: 'Roses',
    endpoint: 'openAI',
    model: 'gpt-4',
    createdAt: importTime - 2,
    updatedAt: importTime - 1,
    isArchived: false,
    pinned: false,
    tags: ['Garden'],
    settings: { promptPrefix: 'Be brief.', temperature: 0.5 }
  })
  t.strictSame(rows(first, importTime).map(([, ...row]) => row), [
    [-1, -2, 'user', null, 'When do I prune?'],
    [0, -1, 'assistant', 'gpt-4', 'In March.']
  ])
  t.strictSame([second.title, second.model, second.tags], ['Second', null, []])
  t.match(entries[2], { kind: 'skipped', reason: 'It has no messages' }, 'an entry that is none is reported')
})

t.test('every older version', async (t) => {
  const v1 = await importedOne(t, [{ id: 1, name: 'one', messages: said }])
  const v2 = await importedOne(t, { history: [{ id: '1', name: 'one', messages: said }], folders: null })
  const v3 = await importedOne(t, { version: 3, history: [{ id: '1', name: 'one', messages: said, model: {} }], folders: [] })
  for (const version of [v1, v2, v3]) t.strictSame([version.source, version.title, shape(version)], ['chatbotui', 'one', 'q< a<q'])
  t.strictSame([v1.sourceId, v1.fingerprint], [v2.sourceId, v2.fingerprint], 'an id is the same as number and as text')
})

t.test('ids that only count are no identity alone', async (t) => {
  const history = (id: number, text: string) => [{ id, name: 'n', messages: [{ role: 'user', content: text }] }]
  const ids = async (id: number, text: string) => (await importedOne(t, history(id, text))).sourceId
  t.not(await ids(1, 'a'), await ids(1, 'b'), 'another beginning is another chat')
  t.not(await ids(1, 'a'), await ids(2, 'a'), 'and so is another number')
  t.equal(await ids(1, 'a'), await ids(1, 'a'), 'the same number and the same words are the same chat')
})

t.test('without times nothing depends on when it is imported', async (t) => {
  const now = await imported(t, fixture('chatbotui/v4.json'))
  const later = await imported(t, fixture('chatbotui/v4.json'), importTime + 1e9)
  t.strictSame(now.conversations.map(({ sourceId, fingerprint }) => [sourceId, fingerprint]),
    later.conversations.map(({ sourceId, fingerprint }) => [sourceId, fingerprint]))
})

t.test('version 5 has no conversations and says so', async (t) => {
  await t.rejects(imported(t, { version: 5, folders: [{ id: 'f', name: 'n' }], prompts: [] }), { code: 'IMPORT_NOT_A_HISTORY', message: /ChatbotUI's folders and prompts/ })
})
