import t from 'tap'
import { facts, fixture, imported, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)
const chatId = '1f0c7d5e-0000-4000-8000-000000000003'

t.test('a chat in no order', async (t) => {
  const chat = await importedOne(t, fixture('mistral/chat.json'))
  t.strictSame(facts(chat), {
    source: 'mistral',
    sourceId: chatId,
    title: 'About roses.',
    endpoint: 'Mistral',
    model: null,
    createdAt: start,
    updatedAt: start + 1001,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: { endpointType: 'custom' }
  })
  const answer = 'Roses need sun.\n[image]\n[hologram]\nPlan\n\nDig.'
  t.strictSame(rows(chat, start), [
    ['q0', -1, 0, 'user', null, 'About roses.'],
    ['q', 0, 1000, 'user', null, 'What do they need?\n[image: rose.jpg]\n[file: soil.pdf]'],
    ['a', 1, 1001, 'Le Chat', null, answer]
  ], 'of two at one time the user is first; chunks run on, and their repetition in `content` is not said twice')
  t.strictSame(chat.messages[2]?.body.content, [
    { type: 'tool_call', tool_call: { id: 'c', name: 'web_search', args: '{"q":"roses"}', output: '{"hits":1}', progress: 1, type: 'tool_call' } },
    { type: 'text', text: answer }
  ])
  t.strictSame(chat.messages[2]?.body.metadata, { assets: [{ kind: 'image', pointer: 'https://e.org/rose.png' }, { kind: 'hologram' }] })
  t.strictSame(chat.messages[2]?.body.feedback, { rating: 'thumbsUp', text: 'good' })
})

t.test('a list of several chats', async (t) => {
  const message = (chatId: string, content: string) => ({ chatId, role: 'user', content, contentChunks: null, createdAt: '2024-01-01T00:00:00Z' })
  const { conversations } = await imported(t, [message('a', '1'), message('b', '2'), message('a', '3')])
  t.strictSame(conversations.map(shape), ['1< 3<1', '2<'])
})

t.test('damage stays with its message', async (t) => {
  const chat = await importedOne(t, [
    { chatId, role: 'user', content: 'q', contentChunks: 5, createdAt: '2024-01-01T00:00:00Z' },
    { chatId, role: 'assistant', content: null, contentChunks: [null, { type: 'text', text: 4 }], createdAt: {} },
    { chatId, role: 'assistant', content: 'a', contentChunks: [null, {}], createdAt: '2024-01-01T00:00:02Z', files: 'x', canvas: null }
  ])
  t.equal(shape(chat), 'q< a\n[unknown]<q')
})
