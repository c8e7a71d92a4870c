import fc from 'fast-check'
import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { deepseek } from '../../../src/formats/deepseek/read.js'
import { detectFormat } from '../../../src/formats/registry.js'
import { converted, isKept, key, oddObject, oddText, oddTime, oddValue } from '../imports/damage.js'
import { facts, fixture, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

function convert (mapping: JsonValue) {
  return converted(deepseek, { id: 'c', inserted_at: '2024-01-01T00:00:00Z', mapping })
}

function node (parent: string | null, message: JsonValue, fields: JsonObject = {}): JsonObject {
  return { parent, message, ...fields }
}

function says (type: string, content: string): JsonObject {
  return { fragments: [{ type, content }] }
}

t.test('an export', async (t) => {
  const chat = await importedOne(t, fixture('deepseek/export.json'))
  t.strictSame(facts(chat), {
    source: 'deepseek',
    sourceId: '0c5a0000-0000-4000-8000-000000000001',
    title: 'Export',
    endpoint: 'deepseek',
    model: 'deepseek-reasoner',
    createdAt: start,
    updatedAt: start + 9000,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: { endpointType: 'custom' }
  })
  const answer = 'So [1](https://e.org/a)[7](https://e.org/b)[9].'
  t.strictSame(rows(chat, start), [
    ['1', -1, 1000, 'user', null, 'How?\n\n[file: log.txt]'],
    ['2', 0, 2000, 'deepseek-chat', 'deepseek-chat', 'Like so.'],
    ['3', 0, 3000, 'deepseek-reasoner', 'deepseek-reasoner', answer]
  ], 'both answers stay, an empty question is passed over')
  t.strictSame(chat.messages[2]?.body.content, [
    { type: 'think', think: 'First.' },
    { type: 'tool_call', tool_call: { name: 'search', args: '', output: '[A](https://e.org/a)\nabout a\n\n[B](https://e.org/b)', progress: 1, type: 'tool_call' } },
    { type: 'think', think: 'Second.' },
    { type: 'text', text: answer }
  ], 'fragments keep their order, those of an unknown type are not shown')
  t.strictSame(chat.messages[0]?.body.metadata, { assets: [{ kind: 'file', pointer: 'f1', name: 'log.txt', bytes: 5 }] })
})

t.test('an answer of the web API', async (t) => {
  const chat = await importedOne(t, fixture('deepseek/api.json'))
  t.match(facts(chat), { source: 'deepseek', sourceId: '0c5a0000-0000-4000-8000-000000000002', title: 'Session', pinned: true, createdAt: start + 500, updatedAt: start + 9500 })
  t.strictSame(rows(chat, start), [
    ['1', -1, 1500, 'user', null, 'Hi'],
    ['2', 0, 2000, 'DeepSeek', null, 'Hello'],
    ['3', 0, 3000, 'deepseek-chat', 'deepseek-chat', 'Hel'],
    ['4', -1, 4000, 'user', null, 'Anew']
  ])
  t.strictSame(chat.messages[1]?.body.content, [{ type: 'think', think: 'Greet.' }, { type: 'text', text: 'Hello' }])
  t.strictSame(chat.messages.map(({ body }) => body.unfinished), [false, false, true, false])
})

t.test('a tree of a userscript', async (t) => {
  const chat = await importedOne(t, fixture('deepseek/tree.json'))
  t.match(facts(chat), { source: 'deepseek-tree', title: 'One' })
  t.equal(shape(chat), 'One< Uno<One More<Uno Un<One Two<')
  t.strictSame(chat.messages[1]?.body.content, [{ type: 'think', think: 'Spanish' }, { type: 'text', text: 'Uno' }])
})

t.test('a tree that is as deep as it is long', async (t) => {
  const root: JsonObject = { type: 'user', content: '0', thought: null, children: [] }
  let leaf = root
  for (let i = 1; i < 900; i++) {
    const child: JsonObject = { type: 'assistant', content: String(i), thought: null, children: [] }
    leaf.children = [child, null]
    leaf = child
  }
  const { messages } = await importedOne(t, [root])
  t.ok(messages.length === 900 && messages.every(({ parent }, index) => parent === index - 1))
})

t.test('old exports tell who speaks by turns alone', async (t) => {
  const flat = (content: string, fields: JsonObject = {}) => ({ content, ...fields })
  const { messages } = convert({
    4: node('2', flat('b')),
    root: node(null, null),
    1: node('root', flat('q')),
    2: node('1', flat('a', { reasoning_content: 'hm', search_results: [{ url: 'https://e.org', title: 'E' }], model: 'deepseek-chat' })),
    3: node('1', flat('a2'))
  })
  t.strictSame(messages.map(({ body }) => [body.text, body.sender]), [['q', 'user'], ['a', 'deepseek-chat'], ['b', 'user'], ['a2', 'DeepSeek']])
  t.match(messages[1]?.body.content, [{ type: 'tool_call', tool_call: { name: 'search', output: '[E](https://e.org)' } }, { type: 'think', think: 'hm' }, { type: 'text', text: 'a' }])
})

t.test('links and order', async (t) => {
  const q = says('REQUEST', 'q')
  const a = says('RESPONSE', 'a')
  const cases: Array<[string, JsonObject, string]> = [
    ['go by parents', { 2: node('1', a), 1: node('root', q), root: node(null, null) }, 'q< a<q'],
    ['are mended by children', { 1: node(null, q, { children: ['2'] }), 2: node('gone', a) }, 'q< a<q'],
    ['may begin twice', { root: node(null, null, { children: ['2', '1'] }), 1: node('root', q), 2: node('root', says('REQUEST', 'r')) }, 'r< q<'],
    ['survive cycles', { 1: node('2', q), 2: node('1', a) }, 'a< q<a'],
    ['survive nodes that are none', { 1: node(null, q), 2: null, 3: node('1', 'x'), 4: node('3', a) }, 'q< a<q']
  ]
  for (const [name, mapping, expected] of cases) t.equal(shape(convert(mapping)), expected, name)
  t.throws(() => convert({ 1: null, 2: 5 }), { message: 'None of its messages can be read' })
})

t.test('a mark repeated a million times does not become a million links', async (t) => {
  const message = { fragments: [{ type: 'SEARCH', results: [{ url: `https://e.org/${'x'.repeat(1000)}` }] }, { type: 'RESPONSE', content: '[citation:1]'.repeat(1e6) }] }
  t.throws(() => convert({ 1: node(null, message) }), { message: 'A message is larger than 16 MiB' })
})

t.test('an element is DeepSeek\'s before it is ChatGPT\'s', async (t) => {
  const cases: Array<[JsonObject, string]> = [
    [{ mapping: {}, inserted_at: 'x' }, 'deepseek'],
    [{ mapping: { 1: null, 2: node(null, says('REQUEST', 'q')) }, current_node: '2', moderation_results: [] }, 'deepseek'],
    [{ mapping: { 1: node(null, { content: {} }) } }, 'chatgpt'],
    [{ data: { biz_data: { chat_session: {}, chat_messages: [] } } }, 'deepseek']
  ]
  for (const [element, expected] of cases) t.equal(detectFormat(element)?.name, expected, JSON.stringify(element))
})

const oddFragment = fc.oneof(
  fc.tuple(fc.constantFrom('REQUEST', 'RESPONSE', 'THINK', 'TEMPLATE_RESPONSE'), oddText).map(([type, content]) => ({ type, content })),
  oddText.map((snippet) => ({ type: 'SEARCH', results: [null, { url: 5, snippet }] })),
  fc.constant({ type: 'UNHEARD_OF', content: 'x' }),
  oddValue
)
const oddMessage = fc.oneof(
  fc.array<JsonValue>(oddFragment, { maxLength: 4 }).map((fragments) => ({ fragments })),
  oddObject({ content: oddText, reasoning_content: fc.oneof(oddText, oddValue), search_results: oddValue, files: oddValue, model: oddValue, inserted_at: oddTime, role: fc.constantFrom('USER', 'ASSISTANT', 5) })
)
const oddNode = fc.oneof(
  { weight: 6, arbitrary: oddObject({ message: oddMessage, parent: fc.oneof(key, oddValue), children: fc.oneof(oddValue, fc.array<JsonValue>(key, { maxLength: 3 })) }) },
  { weight: 1, arbitrary: oddValue }
)
const oddMapping = fc.uniqueArray(fc.tuple(key, oddNode), { selector: ([key]) => key, maxLength: 9 })
const oddList = fc.array<JsonValue>(fc.oneof(
  { weight: 6, arbitrary: fc.tuple(oddMessage, key, fc.oneof(key, oddValue)).map(([message, id, parent]) => ({ ...message, message_id: id, parent_id: parent })) },
  { weight: 1, arbitrary: oddValue }
), { maxLength: 9 })

t.test('any damaged conversation keeps all its text in a sound forest', async () => {
  fc.assert(fc.property(oddMapping, oddTime, (nodes, time) =>
    isKept(deepseek, { inserted_at: time, mapping: Object.fromEntries<JsonValue>([...nodes, ['sound', node(null, says('REQUEST', 'kept'))]]) })), { numRuns: 500 })
  fc.assert(fc.property(oddList, oddTime, (messages, time) =>
    isKept(deepseek, { data: { biz_data: { chat_session: { inserted_at: time }, chat_messages: [...messages, { role: 'USER', content: 'kept' }] } } })), { numRuns: 300 })
})
