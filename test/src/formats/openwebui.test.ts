import fc from 'fast-check'
import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { openWebUi } from '../../../src/formats/openwebui/read.js'
import { converted, isKept, key, oddObject, oddText, oddTime, oddValue } from '../imports/damage.js'
import { facts, fixture, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

/** A bare chat of these messages. */
function convert (messages: JsonValue, chat: JsonObject = {}) {
  return converted(openWebUi, { history: { messages }, timestamp: start, ...chat })
}

/** The body of an answer. */
function answer (content: JsonValue, fields: JsonObject = {}) {
  const { messages: [first] } = convert({ a: { role: 'assistant', content, ...fields } })
  if (first === undefined) throw new Error('no message')
  return first.body
}

function call (name: string, args: string, output?: string, id?: string) {
  return { type: 'tool_call', tool_call: { ...(id && { id }), name, args, ...(output !== undefined && { output }), progress: 1, type: 'tool_call' } }
}

t.test('a chat with everything in it', async (t) => {
  const chat = await importedOne(t, fixture('openwebui/capital.json'))
  t.strictSame(facts(chat), {
    source: 'openwebui',
    sourceId: 'capital',
    title: 'Capital',
    endpoint: 'openAI',
    model: 'llama3:8b',
    createdAt: start,
    updatedAt: start + 100_000,
    isArchived: true,
    pinned: true,
    tags: ['geography', 'quiz'],
    settings: { promptPrefix: 'Be brief.', temperature: 0.5 }
  })
  const text = 'Paris [1].\n\n<details><summary>More</summary>Lutetia</details>'
  const sources = 'Sources:\n1. [Paris](https://e.org/paris)\n2. atlas.pdf'
  t.strictSame(rows(chat, start).map((row) => row.slice(1)), [
    [-1, 1000, 'user', null, 'Capital of <think>France</think>?\n\n[image]\n[file: map.pdf]\n[collection: Atlas]'],
    [0, 3000, 'gpt-4o', 'gpt-4o', 'rate limit'],
    [0, 2000, 'Llama 3', 'llama3:8b', `${text}\n\n${sources}`],
    [0, 2000, 'merged', null, 'Paris, by both.']
  ], 'several models\' answers are siblings in the order of the question\'s children')
  t.strictSame(chat.messages.slice(0, 3).map(({ sourceId }) => sourceId), ['q', 'a2', 'a1'])
  t.strictSame(chat.messages[2]?.body.content, [
    { type: 'think', think: 'Paris & Lyon\nare cities.' },
    call('lookup', '{"of": "France"}', 'Paris', 'c1'),
    { type: 'text', text },
    call('sum', '1+1', '2', 'x'),
    { type: 'text', text: sources }
  ])
  t.strictSame(chat.messages[2]?.body.feedback, { rating: 'thumbsUp', tag: 'accurate', text: 'yes' })
  t.strictSame(chat.messages[3]?.body.content, undefined, 'the merged answer is its text alone')
  t.strictSame(chat.messages[0]?.body.metadata, {
    assets: [
      { kind: 'image', type: 'image/png', bytes: 9 },
      { kind: 'file', pointer: 'f1', name: 'map.pdf', type: 'application/pdf', bytes: 12 },
      { kind: 'collection', pointer: 'c1', name: 'Atlas' }
    ]
  }, 'bytes in the file are not copied into the metadata')
  t.match(chat.messages[1]?.body, { error: true, unfinished: true })
})

t.test('links and order', async (t) => {
  const says = (role: string, content: string, fields: JsonObject = {}) => ({ role, content, ...fields })
  const q = says('user', 'q')
  const cases: Array<[string, JsonValue, string]> = [
    ['go by parents', { a: says('assistant', 'a', { parentId: 'q' }), q }, 'q< a<q'],
    ['are mended by children', { q: says('user', 'q', { childrenIds: ['a', 'gone'] }), a: says('assistant', 'a', { parentId: 'gone' }) }, 'q< a<q'],
    ['make a root of an orphan', { q, a: says('assistant', 'a') }, 'q< a<'],
    ['go by keys where ids differ', { k: says('user', 'q', { id: 'x' }), a: says('assistant', 'a', { parentId: 'k' }) }, 'q< a<q'],
    ['survive cycles', { q: says('user', 'q', { parentId: 'a' }), a: says('assistant', 'a', { parentId: 'q' }) }, 'a< q<a'],
    ['survive entries that are no messages', { n: null, q, s: 'x', a: says('assistant', 'a', { parentId: 'n' }) }, 'a< q<'],
    ['survive prototype keys', JSON.parse('{"__proto__":{"role":"user","content":"q"},"a":{"parentId":"__proto__","content":"a"}}'), 'q< a<q'],
    ['pass over system messages', { s: says('system', 's'), q: says('user', 'q', { parentId: 's' }), a: says('assistant', 'a', { parentId: 'q' }) }, 'q< a<q'],
    ['may be a list with ids', [says('assistant', 'a', { id: 'a', parentId: 'q' }), says('user', 'q', { id: 'q' })], 'q< a<q'],
    ['may be a list with children', [says('user', 'q', { id: 'q', childrenIds: ['a', 'b'] }), says('assistant', 'a', { id: 'a' }), says('assistant', 'b', { id: 'b' })], 'q< a<q b<q'],
    ['may be a list without anything', [q, says('assistant', 'a'), null], 'q< a<q']
  ]
  for (const [name, messages, expected] of cases) t.equal(shape(convert(messages)), expected, name)
  t.equal(shape(convert({}, { messages: [q, says('assistant', 'a')] })), 'q< a<q', 'a chat without history has its list')
  t.equal(shape(converted(openWebUi, { chat: { messages: { q } } })), 'q<', 'which may be an object')
  t.strictSame(converted(openWebUi, { id: 'e', chat: {} }).messages, [], 'an empty chat has none')
  t.equal(convert({ s: says('system', 'Be kind'), q }).settings.promptPrefix, 'Be kind', 'a system message is the missing prompt')
  t.throws(() => convert([null]), { message: 'None of its messages can be read' })
})

t.test('answers in one string', async (t) => {
  const think = (think: string) => ({ type: 'think', think })
  const text = (text: string) => ({ type: 'text', text })
  const cases: Array<[string, string, JsonValue]> = [
    ['with reasoning before them', '<think>\nhm\n</think>\n\nYes.', [think('hm'), text('Yes.')]],
    ['with characters that grow in lower case', '<THINK>İİ</THINK>Yes.', [think('İİ'), text('Yes.')]],
    ['with reasoning that never ends', '<think>hm', [think('hm')]],
    ['with a quoted element', '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> one\n> two\n</details>\nYes.', [think('one\ntwo'), text('Yes.')]],
    ['with an element that never ends', '<details type="reasoning" done="false"><summary>Thinking…</summary>&gt; one', [think('one')]],
    ['with calls as text', '<details type="tool_calls"><summary>Tool Executed</summary>&quot;18C&quot;</details>Warm.', [call('tool', '', '18C'), text('Warm.')]],
    ['with a result that is no JSON', '<details type="tool_calls" name="f" arguments="{}" result="&quot;18"></details>', [call('f', '{}', '"18')]],
    ['with run code', '<details type="code_interpreter" output="2"><summary>Analyzed</summary>1+1</details>Two.', [call('code_interpreter', '1+1', '2'), text('Two.')]]
  ]
  for (const [name, content, expected] of cases) t.strictSame(answer(content).content, expected, name)
  for (const content of ['  indented\n', 'a <think>b</think>', '<details>x</details>', '<details type="other">x</details> &amp;', '<details type="reasoning"']) {
    t.match(answer(content), { text: content, content: undefined }, `${JSON.stringify(content)} is prose`)
  }
  const many = answer('<details type="reasoning">a</details>b'.repeat(20_000))
  t.equal(many.content?.length, 40_000, 'thousands of elements take linear time')
})

t.test('structured answers', async (t) => {
  const message = (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })
  const output = [
    { type: 'reasoning', content: [], summary: [{ type: 'summary_text', text: 'hm' }] },
    { type: 'function_call', call_id: '1', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: '1', output: [{ type: 'input_text', text: 'out' }] },
    { type: 'function_call_output', call_id: '2', output: 'lost' },
    { type: 'open_webui:code_interpreter', id: '3', code: '1', output: { result: '1' } },
    message('Yes.'),
    { type: 'future' },
    null
  ]
  const parts = [{ type: 'think', think: 'hm' }, call('f', '{}', 'out', '1'), call('tool', '', 'lost', '2'), call('code_interpreter', '1', '{"result":"1"}', '3')]
  t.strictSame(answer('<details type="reasoning">other</details>\nYes.', { output }).content, [...parts, { type: 'text', text: 'Yes.' }], 'are read by their structure')
  t.strictSame(answer('', { output }).content, [...parts, { type: 'text', text: 'Yes.' }])
  t.strictSame(answer('Edited.', { output }).content, [...parts, { type: 'text', text: 'Edited.' }], 'but for text that was edited')
  t.strictSame(answer('Yes.', { reasoning_content: 'hm' }).content, [{ type: 'think', think: 'hm' }, { type: 'text', text: 'Yes.' }])
  t.equal(answer([{ type: 'text', text: 'a' }, { type: 'image_url', image_url: { url: 'https://e.org/a.png' } }]).text, 'a\n[image]', 'content may be a list')
})

t.test('an element is Open WebUI\'s by its chat or history', async (t) => {
  const cases: Array<[JsonObject, boolean]> = [
    [{ chat: { history: {} } }, true],
    [{ chat: { messages: [] } }, true],
    [{ history: { messages: {} } }, true],
    [{ chat: {} }, false],
    [{ history: [] }, false],
    [{ history: { messages: null } }, false]
  ]
  for (const [element, expected] of cases) t.equal(openWebUi.matches(element), expected, JSON.stringify(element))
})

const oddMessage = oddObject({
  id: fc.oneof(key, oddValue),
  parentId: fc.oneof(key, oddValue),
  childrenIds: fc.oneof(oddValue, fc.array<JsonValue>(fc.oneof(key, oddValue), { maxLength: 3 })),
  role: fc.constantFrom('user', 'assistant', 'tool', null),
  timestamp: oddTime,
  content: fc.oneof(
    oddText,
    oddText.map((text) => `<details type="reasoning"><summary>s</summary>&gt; ${text}</details>x`),
    oddText.map((text) => `<think>${text}</think>`),
    oddText.map((text) => `<details type="tool_calls" name="f" result="${text}"></details>`),
    oddText.map((text) => [{ type: 'text', text }, { type: 'unheard_of', text }, null])
  ),
  error: fc.oneof(oddValue, oddText.map((content) => ({ content }))),
  files: fc.oneof(oddValue, fc.constant<JsonValue>([null, { type: 'image', url: 'data:,x' }, { name: 5 }])),
  merged: fc.oneof(oddValue, oddText.map((content) => ({ content }))),
  sources: oddValue,
  annotation: oddValue,
  output: oddValue
})
const oddEntry = fc.oneof({ weight: 6, arbitrary: oddMessage }, { weight: 1, arbitrary: oddValue })
const oddMessages = fc.oneof(
  fc.uniqueArray(fc.tuple(key, oddEntry), { selector: ([key]) => key, maxLength: 9 }).map((entries) => Object.fromEntries<JsonValue>([...entries, ['sound', { role: 'user', content: 'kept' }]])),
  fc.array<JsonValue>(oddEntry, { maxLength: 9 }).map((list) => [...list, { role: 'user', content: 'kept' }])
)

t.test('any damaged chat keeps all its text in a sound forest', async () => {
  fc.assert(fc.property(oddMessages, oddTime, (messages, time) =>
    isKept(openWebUi, { id: 'c', created_at: time, chat: { history: { messages } } })), { numRuns: 500 })
})
