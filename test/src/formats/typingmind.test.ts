import t from 'tap'
import { facts, fixture, imported, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

t.test('a chat with parallel answers', async (t) => {
  const { conversations: [chat, ...others], entries, formats } = await imported(t, fixture('typingmind/parallel.json'))
  if (chat === undefined) throw new Error('no conversation')
  t.strictSame(formats, ['typingmind'])
  t.strictSame(facts(chat), {
    source: 'typingmind',
    sourceId: 'aB3dE5gH7j',
    title: 'Roses',
    endpoint: 'openAI',
    model: 'gpt-4o',
    createdAt: start,
    updatedAt: start + 300_000,
    isArchived: false,
    pinned: false,
    tags: ['Garden', 'work', 'plants'],
    settings: { promptPrefix: 'Be brief.' }
  })
  t.strictSame(rows(chat, start), [
    ['q', -1, 1000, 'user', null, 'When?\n[image]'],
    ['a1', 0, 1001, 'assistant', 'gpt-4o', 'In March.'],
    ['a2', 0, 1001, 'assistant', 'claude-3', 'In spring.'],
    ['q2', 2, 1002, 'user', null, 'Why?'],
    ['a3', 3, 1003, 'assistant', 'gpt-4o', ''],
    ['a4', 4, 1004, 'assistant', 'gpt-4o', 'Sap.']
  ], 'answers are branches, and the chat goes on below the last')
  t.strictSame(chat.messages[0]?.body.metadata, { assets: [{ kind: 'image', type: 'image/png', bytes: 6 }] }, 'no data: address is kept')
  t.strictSame(chat.messages[4]?.body.content, [
    { type: 'tool_call', tool_call: { id: 'c', name: 'search', args: '{"q":"roses"}', output: 'sap', progress: 1, type: 'tool_call' } }
  ])
  t.equal(chat.messages[5]?.body.tokenCount, 12)
  t.strictSame([others.length, entries.length], [0, 2], 'a deleted chat is left out')
})

t.test('chats at the top, and chunk files', async (t) => {
  const chat = { chatID: 'x', chatTitle: 'n', folderID: 'f', messages: [{ role: 'user', content: 'q' }] }
  for (const file of [{ chats: [chat] }, [chat], chat]) {
    const read = await importedOne(t, file)
    t.strictSame([read.source, read.sourceId, read.tags, shape(read)], ['typingmind', 'x', [], 'q<'])
  }
})

t.test('the index of an export in chunks names what to take', async (t) => {
  await t.rejects(imported(t, { data: { chats: { chunks: ['chats-0.json'] } } }), { code: 'IMPORT_NOT_A_HISTORY', message: /index of a TypingMind export/ })
})

t.test('order is that of the file, whatever the times', async (t) => {
  const chat = await importedOne(t, [{
    chatID: 'x',
    messages: [
      { role: 'user', content: 'q', createdAt: '2024-01-01T00:00:09Z' },
      { role: 'assistant', content: 'a', createdAt: '2024-01-01T00:00:01Z' }
    ]
  }])
  t.equal(shape(chat), 'q< a<q')
})
