import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { huggingChat } from '../../../src/formats/huggingchat/read.js'
import { converted } from '../imports/damage.js'
import { facts, fixture, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

function convert (...messages: JsonValue[]) {
  return converted(huggingChat, { _id: { $oid: '65a' }, createdAt: { $date: '2024-01-01T00:00:00Z' }, messages })
}

t.test('a conversation with everything in it', async (t) => {
  const stars = await importedOne(t, fixture('huggingchat/stars.json'))
  t.strictSame(facts(stars), {
    source: 'huggingchat',
    sourceId: '65a000000000000000000001',
    title: '✨ Stars',
    endpoint: 'huggingface',
    model: 'meta-llama/Llama-3',
    createdAt: start,
    updatedAt: start + 9000,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: { promptPrefix: 'Look up.', endpointType: 'custom' }
  })
  t.strictSame(rows(stars, start), [
    ['q', -1, 1000, 'user', null, 'Why do stars <think>twinkle</think>?\n\n[image: sky.jpg]\n[file: notes.txt]'],
    ['a1', 0, 2000, 'meta-llama/Llama-3', 'meta-llama/Llama-3', 'The air.'],
    ['a2', 0, 1001, 'Qwen/Qwen3', 'Qwen/Qwen3', 'Turbulence.\n\nSources:\n1. [Sky](https://e.org/sky)']
  ], 'file names that every message repeats are shown once')
  t.strictSame(stars.messages[1]?.body.content, [{ type: 'think', think: 'Air moves.' }, { type: 'text', text: 'The air.' }], 'reasoning given twice is kept once')
  t.match(stars.messages[1]?.body, { unfinished: true, feedback: { rating: 'thumbsDown' } })
  t.match(stars.messages[2]?.body.content, [{ type: 'think', think: 'Think of heat.' }, { type: 'text' }])
})

t.test('links and order', async (t) => {
  const says = (from: string, content: string, fields: JsonObject = {}) => ({ from, content, ...fields })
  const cases: Array<[string, JsonValue[], string]> = [
    ['of old conversations are those of the list', [says('system', 's'), says('user', 'q'), says('assistant', 'a')], 'q< a<q'],
    ['go by the last ancestor', [says('assistant', 'a', { id: 'a', ancestors: ['s', 'q'] }), says('user', 'q', { id: 'q', ancestors: [] })], 'q< a<q'],
    ['are mended by children', [says('user', 'q', { id: 'q', children: ['a'] }), says('assistant', 'a', { id: 'a', ancestors: 'x' })], 'q< a<q'],
    ['survive unknown ancestors and cycles', [says('user', 'q', { id: 'q', ancestors: ['a'] }), says('assistant', 'a', { id: 'a', ancestors: ['q'] }), says('user', 'b', { ancestors: ['gone'] })], 'a< q<a b<'],
    ['survive entries that are no messages', [null, says('user', 'q'), 5, {}], 'q<']
  ]
  for (const [name, messages, expected] of cases) t.equal(shape(convert(...messages)), expected, name)
  const { sourceId, createdAt, settings } = convert(says('system', 'Be kind'), says('user', 'q'))
  t.strictSame([sourceId, createdAt, settings.promptPrefix], ['65a', start, 'Be kind'], 'dumps spell ids and times in their own way')
  t.throws(() => convert(null), { message: 'None of its messages can be read' })
})

t.test('files of a dump', async (t) => {
  const { messages } = convert({
    from: 'user', content: '', files: [{ type: 'hash', value: 'abc', mime: 'image/png', name: 'a.png' }, { type: 'base64', value: 'iVBORw0KGgo=', mime: 'text/plain', name: 'b.txt' }, 5, ' ']
  })
  t.strictSame(messages.map(({ body }) => [body.text, body.metadata]), [['[image: a.png]\n[file: b.txt]', {
    assets: [{ kind: 'image', pointer: 'abc', name: 'a.png', type: 'image/png' }, { kind: 'file', name: 'b.txt', type: 'text/plain' }]
  }]])
})

t.test('an element is HuggingChat\'s by who its messages are from', async (t) => {
  t.equal(huggingChat.matches({ messages: [null, { from: 'user' }] }), true)
  t.equal(huggingChat.matches({ messages: [{ from: 'ada' }] }), false)
  t.equal(huggingChat.matches({ messages: [{ role: 'user' }] }), false)
})
