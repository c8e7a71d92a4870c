import t from 'tap'
import { facts, fixture, imported, importedOne, importTime, rows, shape } from './imported.js'

t.test('version 1', async (t) => {
  const { conversations: [chat], entries, formats } = await imported(t, fixture('betterchatgpt/v1.json'))
  if (chat === undefined) throw new Error('no conversation')
  t.strictSame(formats, ['betterchatgpt'])
  t.strictSame(facts(chat), {
    source: 'betterchatgpt',
    sourceId: '1f0c7d5e-0000-4000-8000-000000000002',
    title: 'Roses',
    endpoint: 'openAI',
    model: 'gpt-4',
    createdAt: importTime - 3,
    updatedAt: importTime - 1,
    isArchived: false,
    pinned: false,
    tags: ['Garden'],
    settings: { promptPrefix: 'Be brief.', temperature: 0.2, top_p: 1, presence_penalty: 0, frequency_penalty: 0, max_tokens: 500 }
  })
  t.strictSame(rows(chat, importTime).map(([, ...row]) => row), [
    [-1, -3, 'user', null, 'What is this?\n[image]'],
    [0, -2, 'assistant', 'gpt-4', 'A rose.'],
    [1, -1, 'user', null, 'Thanks.']
  ], 'system messages are not shown, and what follows one hangs on the message above it')
  t.strictSame(chat.messages[0]?.body.metadata, { assets: [{ kind: 'image', pointer: 'https://e.org/rose.png' }] })
  t.match(entries[1], { kind: 'skipped', title: 'Broken' })
})

t.test('the older bare array names its folder', async (t) => {
  const messages = [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }]
  const chat = await importedOne(t, [{ title: 'Old', titleSet: false, folder: 'Plants', messages, config: { model: 'gpt-4' } }])
  t.strictSame([chat.source, chat.tags, shape(chat)], ['betterchatgpt', ['Plants'], 'q< a<q'])
  const later = await importedOne(t, [{ title: 'Old', titleSet: false, folder: 'Plants', messages, config: { model: 'gpt-4' } }], importTime + 1e9)
  t.strictSame([later.sourceId, later.fingerprint], [chat.sourceId, chat.fingerprint], 'nothing depends on when it is imported')
})

t.test('a folder is looked up among its own members only', async (t) => {
  const chat = await importedOne(t, { folders: {}, chats: [{ titleSet: true, folder: 'constructor', messages: [{ role: 'user', content: 'q' }] }] })
  t.strictSame(chat.tags, [])
})
