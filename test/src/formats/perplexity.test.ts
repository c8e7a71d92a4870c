import t from 'tap'
import { facts, fixture, imported, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)
const settings = { endpointType: 'custom' }

t.test('a thread with metadata and conversations', async (t) => {
  const thread = await importedOne(t, fixture('perplexity/thread.json'))
  t.strictSame(facts(thread), {
    source: 'perplexity',
    sourceId: 't1',
    title: 'Roses',
    endpoint: 'Perplexity',
    model: 'sonar',
    createdAt: start,
    updatedAt: start + 540_000,
    isArchived: false,
    pinned: false,
    tags: [],
    settings
  })
  t.strictSame(rows(thread, start), [
    ['e1?', -1, 0, 'user', null, 'Sun?'],
    ['e1', 0, 1, 'Perplexity', 'sonar-pro', 'Yes.[1][3]\n\nSources:\n1. [Sun \\[1\\]](https://e.org/sun)\n2. Bad\n3. [https://e.org/x](https://e.org/x)'],
    ['e2?', 1, 300_000, 'user', null, 'Shade?'],
    ['e2', 2, 300_001, 'Perplexity', 'sonar', 'No.']
  ], 'exchanges by time; pages keep their numbers, and only http and https are links')
  t.strictSame(thread.messages[1]?.body.metadata, {
    sources: [{ title: 'Sun [1]', url: 'https://e.org/sun' }, { title: 'https://e.org/x', url: 'https://e.org/x' }]
  })
})

t.test("the web client's entries", async (t) => {
  const thread = await importedOne(t, fixture('perplexity/entries.json'))
  t.strictSame([thread.sourceId, thread.title, thread.model], ['t1', 'Roses', 'turbo'])
  t.strictSame(rows(thread, start), [
    ['e1?', -1, 0, 'user', null, 'Sun?'],
    ['e1', 0, 9000, 'Perplexity', 'turbo', 'Yes.[1]\n\nSources:\n1. [Sun](https://e.org/sun)'],
    ['e2?', 1, 300_000, 'user', null, 'Shade?']
  ], 'an answer that stands there twice is said once')
})

t.test('threads of messages by roles', async (t) => {
  const thread = (title: string) => ({
    title,
    created_at: '2024-01-01T00:00:00Z',
    messages: [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a', citations: ['https://e.org'] }]
  })
  const { conversations, entries } = await imported(t, { threads: [thread('one'), null, thread('two')] })
  t.strictSame(conversations.map((conversation) => [conversation.source, conversation.title, conversation.endpoint, shape(conversation)]), [
    ['perplexity', 'one', 'Perplexity', 'q< a\n\nSources:\n1. [https://e.org](https://e.org)<q'],
    ['perplexity', 'two', 'Perplexity', 'q< a\n\nSources:\n1. [https://e.org](https://e.org)<q']
  ])
  t.equal(entries.length, 3)
})

t.test('damage stays with its entry', async (t) => {
  const thread = await importedOne(t, { entries: [null, { query_str: 5, blocks: [null, { markdown_block: [] }] }, { query_str: 'q', blocks: {} }] })
  t.equal(shape(thread), 'q<')
})
