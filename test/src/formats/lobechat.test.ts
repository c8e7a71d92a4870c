import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { lobechat } from '../../../src/formats/lobechat/read.js'
import { converted } from '../imports/damage.js'
import { facts, fixture, imported, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

function convert (messages: JsonValue, tables: JsonObject = {}) {
  return converted(lobechat, { mode: 'postgres', data: { messages, ...tables } })
}

t.test('a client\'s export', async (t) => {
  const { entries, conversations: [soup, other, ...rest] } = await imported(t, fixture('lobechat/client.json'))
  if (soup === undefined || other === undefined) throw new Error('no conversations')
  t.strictSame(rest, [])
  t.strictSame(facts(soup), {
    source: 'lobechat',
    sourceId: 'tpc_k3Zq81LmXw7d',
    title: 'Soup',
    endpoint: 'openAI',
    model: 'gpt-4o',
    createdAt: start,
    updatedAt: start + 100_000,
    isArchived: false,
    pinned: true,
    tags: ['Cook', 'Work', 'food'],
    settings: { promptPrefix: 'You cook.', temperature: 0.6 }
  })
  t.strictSame(rows(soup, start), [
    ['m1', -1, 1000, 'user', null, 'Soup?\n\n[file]'],
    ['m2', 0, 2000, 'gpt-4o', 'gpt-4o', ''],
    ['m4', 1, 4000, 'claude-3', 'claude-3', 'Boil it.\n\n---\n\nFaites bouillir.']
  ], 'messages come in order of time, and what follows a tool is no second answer')
  t.strictSame(soup.messages[1]?.body.content, [
    { type: 'tool_call', tool_call: { id: 'call', name: 'web.search', args: '{"q":"soup"}', output: '10 recipes', progress: 1, type: 'tool_call' } }
  ])
  t.equal(soup.messages[2]?.body.endpoint, 'anthropic')
  t.match(facts(other), { title: 'Cook', tags: ['Work', 'food'], pinned: true })
  t.match(other.sourceId, /^session:s:/, 'what is outside of topics is a conversation of its session')
  t.match(entries[1], { kind: 'skipped', title: 'Empty', reason: 'It has no messages' })
  t.notMatch(JSON.stringify(entries), /sk-secret|hidden/)
})

t.test('a dump of the database', async (t) => {
  const { entries, conversations: [trees, inbox] } = await imported(t, fixture('lobechat/dump.json'))
  if (trees === undefined || inbox === undefined) throw new Error('no conversations')
  t.strictSame(facts(trees), {
    source: 'lobechat',
    sourceId: 'tpc_9aB3xY72kLmP',
    title: 'Trees',
    endpoint: 'ollama',
    model: 'llama3',
    createdAt: start,
    updatedAt: start + 600_000,
    isArchived: false,
    pinned: false,
    tags: ['Painter', 'Studio', 'art'],
    settings: { promptPrefix: 'You paint.', top_p: 0.9, endpointType: 'custom' }
  })
  t.strictSame(rows(trees, start), [
    ['q', -1, 1000, 'user', null, 'Draw\n\n[image: oak.png]'],
    ['c', 0, 2000, 'llama3', 'llama3', ''],
    ['a', 1, 4000, 'llama3', 'llama3', 'An oak.\n\nSources:\n1. [Oak](https://e.org/oak)\n\n---\n\nUn chêne.'],
    ['th1', 0, 6000, 'user', null, 'Why an oak?'],
    ['th2', 3, 7000, 'llama3', 'llama3', 'No server']
  ], 'a thread is a branch of the message it hangs on')
  t.strictSame(trees.messages[1]?.body.content, [
    { type: 'think', think: 'An oak.' },
    { type: 'tool_call', tool_call: { id: 'call', name: 'brush.draw', args: '{}', output: 'drawn', progress: 1, type: 'tool_call' } }
  ])
  t.strictSame(trees.messages[0]?.body.metadata, { assets: [{ kind: 'image', pointer: 'files/oak.png', name: 'oak.png', type: 'image/png', bytes: 9 }] })
  t.equal(trees.messages[4]?.body.error, true)
  t.match(inbox.messages[0]?.body, {
    sender: 'tool', content: [{ type: 'tool_call', tool_call: { id: 'nobody', name: 'web.crawl', args: '{}', output: 'left over' } }]
  }, 'an answer without its call is not lost')
  t.notMatch(JSON.stringify(entries), /sk-secret/)
})

t.test('links and order', async (t) => {
  const says = (id: string, role: string, second: number, fields: JsonObject = {}) => ({ id, role, content: id, createdAt: start + 1000 * second, topicId: 't', ...fields })
  const tool = (id: string, second: number, call: string, fields: JsonObject = {}) => says(id, 'tool', second, { tool_call_id: call, ...fields })
  const calls = (...ids: string[]) => ({ tools: ids.map((id) => ({ id, apiName: 'f' })) })
  const cases: Array<[string, JsonValue[], string]> = [
    ['without parents go by time', [says('b', 'assistant', 2), says('a', 'user', 1)], 'a< b<a'],
    ['keep the file at equal times', [says('a', 'user', 1), says('b', 'assistant', 1)], 'a< b<a'],
    ['go by parents', [says('a', 'user', 1), says('b', 'assistant', 2, { parentId: 'a' }), says('c', 'assistant', 3, { parentId: 'a' })], 'a< b<a c<a'],
    ['pass over folded tools', [says('a', 'assistant', 1, calls('1')), tool('x', 2, '1', { parentId: 'a' }), says('b', 'user', 3, { parentId: 'x' })], 'a< b<a'],
    ['keep a second answer to one call', [says('a', 'assistant', 1, calls('1')), tool('x', 2, '1'), tool('y', 3, '1')], 'a< <a'],
    ['fold into the parent of several callers', [says('a', 'assistant', 1, calls('1')), says('b', 'assistant', 2, calls('1')), tool('x', 3, '1', { parentId: 'a' })], 'a< b<a'],
    ['survive cycles', [says('a', 'user', 1, { parentId: 'b' }), says('b', 'user', 2, { parentId: 'a' })], 'b< a<b'],
    ['survive repeated ids', [says('a', 'user', 1), says('a', 'user', 2)], 'a< a<a'],
    ['survive rows that are no messages', [null, says('a', 'user', 1), 5, {}], 'a<']
  ]
  for (const [name, messages, expected] of cases) t.equal(shape(convert(messages)), expected, name)
  t.equal(shape(convert([says('a', 'user', 1)], { topics: 'x', sessions: [null, { id: 5 }], agents: {}, threads: [null], messagePlugins: [5] })), 'a<', 'odd tables are ignored')
  t.throws(() => convert([null]), { message: 'None of its messages can be read' })
})

t.test('thousands of calls with one id take linear time', async (t) => {
  const messages = Array.from({ length: 40_000 }, (_, i) => ({ id: `m${i}`, topicId: 't', role: i % 2 === 0 ? 'assistant' : 'tool', content: '', tools: [{ id: 'x' }], tool_call_id: 'x', parentId: `m${i - 1}` }))
  t.equal(convert(messages).messages.length, 20_000)
})

t.test('a file is LobeChat\'s by its tables', async (t) => {
  const cases: Array<[JsonObject, boolean]> = [
    [{ exportType: 'all', state: { messages: [] } }, true],
    [{ version: 7, state: { messages: [] } }, true],
    [{ exportType: 'settings', state: { settings: {} } }, false],
    [{ state: { messages: [] } }, false],
    [{ mode: 'pglite', data: { messages: [] } }, true],
    [{ schemaHash: 'x', data: { messages: [] } }, true],
    [{ data: { messages: [] } }, false]
  ]
  for (const [element, expected] of cases) t.equal(lobechat.matches(element), expected, JSON.stringify(element))
})
