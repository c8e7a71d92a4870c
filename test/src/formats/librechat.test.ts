import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type JsonObject, type JsonValue } from '../../../src/formats/kit/draft.js'
import { detectFormat } from '../../../src/formats/registry.js'
import { librechat } from '../../../src/formats/librechat/read.js'
import { normalizeConversation } from '../../../src/imports/normalize.js'
import { packageRoot } from '../../../src/paths.js'
import { noContext } from '../imports/damage.js'

const now = Date.UTC(2026, 0, 2)
const start = Date.UTC(2024, 0, 1)

function fixture (name: string): JsonObject {
  return JSON.parse(readFileSync(join(packageRoot, 'test/fixtures/imports/librechat', name), 'utf8'))
}

function convert (element: JsonObject) {
  const [draft] = librechat.convert(element, noContext)
  if (draft === undefined) throw new Error('no conversation')
  return normalizeConversation(draft, librechat.name, now)
}

function convertMessages (messages: JsonValue) {
  return convert({ conversationId: 'c', messages }).messages
}

t.test('a flat export', async (t) => {
  const { messages, fingerprint, versionAt, contentHash, ...conversation } = convert(fixture('flat.json'))
  t.strictSame(conversation, {
    source: 'librechat',
    sourceId: 'c-flat',
    title: 'T',
    endpoint: 'openAI',
    model: 'gpt-4o',
    createdAt: start + 10_000,
    updatedAt: start + 20_000,
    isArchived: false,
    pinned: false,
    tags: ['work'],
    settings: { temperature: 0.2 }
  }, 'keeps what belongs to the chat and nothing that names an owner or an expiry')
  t.strictSame(messages, [
    {
      sourceId: 'a',
      parent: -1,
      createdAt: start + 10_000,
      updatedAt: start + 10_000,
      body: { sender: 'User', isCreatedByUser: true, text: 'q', endpoint: 'openAI', model: null, unfinished: false, error: false }
    },
    {
      sourceId: 'c',
      parent: 0,
      createdAt: start + 20_000,
      updatedAt: start + 20_000,
      body: { sender: 'GPT-4', isCreatedByUser: false, text: '', endpoint: 'openAI', model: null, unfinished: false, error: false }
    },
    {
      sourceId: 'b',
      parent: 0,
      createdAt: start + 10_001,
      updatedAt: start + 10_001,
      body: { sender: 'GPT-4', isCreatedByUser: false, text: 'answer', endpoint: 'openAI', model: 'gpt-4o', unfinished: false, error: false }
    }
  ], 'finds a parent that comes later, keeps an empty answer, lifts an early one')
})

t.test('a nested export', async (t) => {
  const { endpoint, model, createdAt, messages } = convert(fixture('nested.json'))
  t.strictSame([endpoint, model, createdAt], ['Moonbase', 'luna-1', start + 10_000], 'an unknown endpoint and its model stay together')
  t.strictSame(messages.map(({ sourceId, parent, createdAt }) => [sourceId, parent, createdAt - start]), [
    ['a', -1, 10_000],
    ['b', 0, 10_001],
    ['c', 0, 10_001],
    ['d', 2, 10_002]
  ], 'nesting wins over stored parents, missing times follow the parent')
  t.strictSame(messages[2]?.body.content, [
    { type: 'text', text: 'two' },
    { type: 'image_file', image_file: { file_id: 'f1' } },
    { type: 'agent_update', agent_update: { agentId: 'x' } }
  ], 'parts of any type survive')
  t.match(messages[3]?.body, { content: [{ type: 'text', text: 'loose text' }], attachments: [{ type: 'web_search' }] }, 'what should be a list is made one')
})

t.test('the tree under messagesTree, with an empty answer in the middle', async (t) => {
  const messages = convert({
    conversationId: 'c',
    messagesTree: [{ messageId: 'q', text: 'q', children: [{ messageId: 'e', text: '', children: [{ messageId: 'a', text: 'a', children: [] }] }] }],
    messages: []
  }).messages
  t.strictSame(messages.map(({ sourceId, parent }) => [sourceId, parent]), [['q', -1], ['e', 0], ['a', 1]])
})

t.test('roots are messages whose parent is null, absent, all zeros or unknown', async (t) => {
  const messages = convertMessages([null, undefined, '00000000-0000-0000-0000-000000000000', 'gone', 7].map((parentMessageId, i) =>
    ({ messageId: `m${i}`, text: 'x', ...(parentMessageId !== undefined && { parentMessageId }) })))
  t.strictSame(messages.map(({ parent }) => parent), [-1, -1, -1, -1, -1])
})

t.test('what a message keeps', async (t) => {
  const [kept] = convertMessages([{
    messageId: 'm',
    text: 'x',
    tokenCount: 7,
    feedback: { rating: 'thumbsDown', tag: 'not_matched', text: 'no', user: 'eve' },
    unfinished: true,
    error: true,
    files: [{ file_id: 'f' }, 5],
    metadata: { a: 1 },
    updatedAt: '2024-01-01T00:00:09Z',
    createdAt: '2024-01-01T00:00:01Z',
    user: 'eve',
    isTemporary: true
  }])
  t.equal((kept?.updatedAt ?? 0) - start, 9000)
  t.strictSame(kept?.body, {
    sender: 'assistant',
    isCreatedByUser: false,
    text: 'x',
    endpoint: 'openAI',
    model: null,
    unfinished: true,
    error: true,
    files: [{ file_id: 'f' }],
    metadata: { a: 1 },
    feedback: { rating: 'thumbsDown', tag: 'not_matched', text: 'no' },
    tokenCount: 7
  })
  const [odd] = convertMessages([{ text: 5, feedback: { rating: 'meh' }, tokenCount: '7', content: [{ text: 'untyped' }, null], children: 'none' }])
  t.strictSame(odd?.body, { sender: 'assistant', isCreatedByUser: false, text: '', endpoint: 'openAI', model: null, unfinished: false, error: false })
})

t.test('without options the model is the last one that answered', async (t) => {
  t.equal(convert({ conversationId: 'c', messages: [{ model: 'a' }, { model: 'b' }, { model: null }] }).model, 'b')
})

t.test('10,000 levels of nesting are no deeper than a list', async (t) => {
  let nested: JsonObject = { text: 'leaf' }
  for (let i = 1; i < 10_000; i++) nested = { text: 'x', children: [nested] }
  const messages = convertMessages([nested])
  t.equal(messages.length, 10_000)
  t.ok(messages.every(({ parent }, index) => parent === index - 1))
})

t.test('an element is LibreChat\'s by its conversation id and messages', async (t) => {
  const cases: Array<[JsonObject, string | null]> = [
    [{ conversationId: 'c', messages: [] }, 'librechat'],
    [{ conversationId: 'c', messagesTree: [] }, 'librechat'],
    [{ conversationId: 5, messages: [] }, 'generic'],
    [{ messages: [] }, 'generic'],
    [{ conversationId: 'c' }, null],
    [{ mapping: {} }, 'chatgpt'],
    [{}, null]
  ]
  for (const [element, expected] of cases) t.equal(detectFormat(element)?.name ?? null, expected, JSON.stringify(element))
})
