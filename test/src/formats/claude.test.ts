import fc from 'fast-check'
import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { claude } from '../../../src/formats/claude/read.js'
import { converted, isKept, key, oddObject, oddText, oddTime, oddValue } from '../imports/damage.js'
import { facts, fixture, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)
const root = '00000000-0000-4000-8000-000000000000'

function fromParts (sender: string, content: JsonValue, fields: JsonObject = {}): JsonObject {
  return { sender, content, ...fields }
}

function convert (...messages: JsonValue[]) {
  return converted(claude, { uuid: 'c', created_at: '2024-01-01T00:00:00Z', chat_messages: messages })
}

/** The body of an answer with these blocks. */
function answer (content: JsonValue, fields: JsonObject = {}) {
  const { messages: [first, ...others] } = convert(fromParts('assistant', content, fields))
  if (first === undefined || others.length > 0) throw new Error('not one message')
  return first.body
}

function text (text: string, fields: JsonObject = {}): JsonObject {
  return { type: 'text', text, ...fields }
}

function call (name: string, args: string, output?: string, id?: string) {
  return { type: 'tool_call', tool_call: { ...(id && { id }), name, args, ...(output !== undefined && { output }), progress: 1, type: 'tool_call' } }
}

t.test('a conversation with everything in it', async (t) => {
  const tea = await importedOne(t, fixture('claude/tea.json'))
  t.strictSame(facts(tea), {
    source: 'claude',
    sourceId: 'tea',
    title: 'Tea',
    endpoint: 'anthropic',
    model: 'claude-sonnet-4',
    createdAt: start,
    updatedAt: start + 3_600_250,
    isArchived: false,
    pinned: true,
    tags: ['Kitchen'],
    settings: {}
  })
  t.strictSame(rows(tea, start), [
    ['q', -1, 1000, 'user', null, 'leaves.md\n```md\n# Green\n```\n[image: pot.jpg]'],
    ['a1', 0, 2000, 'Claude', 'claude-sonnet-4', 'Steep it ([Leaf](https://e.org/leaf)). Then drink it.'],
    ['a2', 0, 3000, 'Claude', 'claude-opus-4', 'Pour it.'],
    ['v', 2, 4000, 'user', null, 'Memo\nHow hot?']
  ], 'an attachment alone is a message, branches stay, an empty message is passed over')
  t.strictSame(tea.messages[1]?.body.content, [
    { type: 'think', think: 'Weighing\n\nBrewing' },
    call('web_search', '{"query":"tea"}', '[Leaf](https://e.org/leaf)\n80 degrees\n[file: a.csv]\n[image]', 's'),
    { type: 'text', text: 'Steep it ([Leaf](https://e.org/leaf)). Then drink it.' }
  ])
  t.equal(tea.messages[1]?.updatedAt, start + 9000)
  t.strictSame(tea.messages.map(({ body }) => body.unfinished), [false, false, true, false])
  t.strictSame(tea.messages[0]?.body.metadata, {
    assets: [{ kind: 'file', name: 'leaves.md', type: 'text/markdown', bytes: 7 }, { kind: 'image', pointer: 'f1', name: 'pot.jpg' }]
  }, 'a file listed three times is one asset')
})

t.test('links and order', async (t) => {
  const at = (second: number) => ({ created_at: `2024-01-01T00:00:0${second}Z` })
  const linked = (uuid: string, parent: string | null, sender = 'human') => fromParts(sender, uuid, { uuid, parent_message_uuid: parent, ...at(1) })
  const cases: Array<[string, JsonValue[], string]> = [
    ['without links are those of the list', [fromParts('human', 'a', at(2)), fromParts('assistant', 'b', at(1))], 'a< b<a'],
    ['keep the list at equal times', [fromParts('human', 'a', at(1)), fromParts('assistant', 'b', at(1)), fromParts('human', 'c', at(1)), fromParts('assistant', 'd', at(1))], 'a< b<a c<b d<c'],
    ['put the question first at equal times', [fromParts('assistant', 'b', at(1)), fromParts('human', 'a', at(1)), fromParts('assistant', 'd', at(2)), fromParts('human', 'c', at(2))], 'a< b<a c<b d<c'],
    ['keep an answer that came before a question', [fromParts('assistant', 'b', at(1)), fromParts('human', 'a', at(2))], 'b< a<b'],
    ['go by parents whatever the order', [linked('b', 'a', 'assistant'), linked('a', root)], 'a< b<a'],
    ['may begin twice', [linked('a', root), linked('b', root)], 'a< b<'],
    ['make a root of an unknown parent', [linked('a', root), linked('b', 'gone')], 'a< b<'],
    ['make a root of a message without parent among linked ones', [linked('a', root), linked('b', 'a'), fromParts('human', 'c')], 'a< b<a c<'],
    ['survive cycles', [linked('a', 'b'), linked('b', 'a')], 'b< a<b'],
    ['survive repeated ids', [linked('a', root), linked('a', root), linked('b', 'a')], 'a< b<a a<'],
    ['survive entries that are no messages', [null, 5, linked('a', root), 'x'], 'a<']
  ]
  for (const [name, messages, expected] of cases) t.equal(shape(convert(...messages)), expected, name)
  t.throws(() => convert(null, 5), { message: 'None of its messages can be read' })
})

t.test('blocks', async (t) => {
  const placeholder = '```\nThis block is not supported on your current device yet.\n```'
  const artifact = '<antArtifact identifier="x" type="application/vnd.ant.react" title="App">\nlet a\n</antArtifact> Done.'
  const cases: Array<[string, JsonValue, JsonObject, string]> = [
    ['are prose', [text('one'), text('two')], {}, 'one\n\ntwo'],
    ['may be one string', 'one', {}, 'one'],
    ['without prose leave it to the flat text', [{ type: 'text', text: null }], { text: 'flat' }, 'flat'],
    ['with prose do not', [text('one')], { text: 'flat' }, 'one'],
    ['that are missing leave it to the flat text', null, { text: `flat\n${placeholder}\n` }, 'flat\n\n'],
    ['of old clients are placeholders', [text(`a\n\n${placeholder}\n\nb`)], {}, 'a\n\n\n\nb'],
    ['of an unknown type give their text', [{ type: 'future', text: 'new' }, { type: 'other' }], {}, 'new'],
    ['lose private marks', [text('\uE203a\uE206')], {}, 'a'],
    ['hold documents in tags', [text(`See:\n\n${artifact}`)], {}, 'See:\n\nApp\n```jsx\nlet a\n```\n\nDone.'],
    ['hold images', [{ type: 'image', file_name: 'a.png' }], {}, '[image: a.png]']
  ]
  for (const [name, content, fields, expected] of cases) t.equal(answer(content, fields).text, expected, name)

  t.strictSame(answer('<antThinking>hm</antThinking>\nYes.').content, [{ type: 'think', think: 'hm' }, { type: 'text', text: 'Yes.' }], 'hold old reasoning in tags')
  t.strictSame(convert(fromParts('human', 'What is <antThinking>x</antThinking>?')).messages[0]?.body.text, 'What is <antThinking>x</antThinking>?', 'of people are left alone')
})

t.test('calls of tools', async (t) => {
  const use = (id: string | null, name: string, input: JsonValue = {}) => ({ type: 'tool_use', id, name, input })
  const result = (id: string | null, content: JsonValue) => ({ type: 'tool_result', tool_use_id: id, name: 'r', content })
  const cases: Array<[string, JsonValue[], JsonValue]> = [
    ['find their results by id', [use('1', 'a'), use('2', 'b'), result('2', 'B'), result('1', 'A')], [call('a', '{}', 'A', '1'), call('b', '{}', 'B', '2')]],
    ['without ids find them in order', [use(null, 'a'), use(null, 'b'), result(null, 'A'), result(null, 'B')], [call('a', '{}', 'A'), call('b', '{}', 'B')]],
    ['may wait forever', [use('1', 'a')], [call('a', '{}', undefined, '1')]],
    ['may be missing', [result('1', 'A')], [call('r', '', 'A', '1')]],
    ['answered twice keep both answers', [use('1', 'a'), result('1', 'A'), result('1', 'B')], [call('a', '{}', 'A', '1'), call('r', '', 'B', '1')]],
    ['show a document they made', [use('1', 'artifacts', { title: 'T', content: 'x', type: 'text/html' })],
      [call('artifacts', '{"title":"T","content":"x","type":"text/html"}', undefined, '1'), { type: 'text', text: 'T\n```html\nx\n```' }]]
  ]
  for (const [name, content, expected] of cases) t.strictSame(answer(content).content, expected, name)
  const output = (content: JsonValue) => JSON.stringify(answer([use('1', 'a'), result('1', content)]).content?.[0])
  t.match(output([{ type: 'image_gallery', images: [{ title: 'Fern' }] }]), '[image: Fern]')
  t.match(output([{ type: 'rich_content', content: [{ title: 'P', url: 'https://e.org' }] }]), '[P](https://e.org)')
})

t.test('citations', async (t) => {
  const cite = (end: number, url: string, title = 'T') => ({ start_index: 0, end_index: end, title, details: { type: 'web_search_citation', url } })
  const link = '([T](https://e.org))'
  const cases: Array<[string, string, JsonObject[], string]> = [
    ['stand behind what they support', 'Tea. Cup.', [cite(4, 'https://e.org')], `Tea. ${link} Cup.`],
    ['never cut a word', 'Steeping', [cite(3, 'https://e.org')], `Steeping ${link}`],
    ['never cut a character', '😀 a', [cite(1, 'https://e.org')], `😀 ${link} a`],
    ['of one place share it', 'Tea', [cite(3, 'https://e.org'), cite(3, 'https://e.org/2')], 'Tea ([T](https://e.org), [T](https://e.org/2))'],
    ['beyond the end are at the end', 'Tea', [cite(99, 'https://e.org')], `Tea ${link}`],
    ['lead nowhere but to the web', 'Tea', [cite(3, 'file:///etc/passwd')], 'Tea']
  ]
  for (const [name, prose, citations, expected] of cases) t.equal(answer([text(prose, { citations })]).text, expected, name)
})

t.test('who speaks is told by turns where the file does not say', async (t) => {
  const { sourceId, title, messages } = converted(claude, {
    title: 'Marks', create_time: 1000, conversation_id: 'conv', chat_messages: [{ text: '\uE203Hello\uE204' }, { text: '\uE205World\uE206' }]
  })
  t.strictSame([sourceId, title, messages.map(({ body }) => [body.sender, body.text])], ['conv', 'Marks', [['user', 'Hello'], ['Claude', 'World']]])
})

t.test('an element is Claude\'s by its chat_messages', async (t) => {
  t.equal(claude.matches({ chat_messages: [] }), true)
  t.equal(claude.matches({ chat_messages: null }), false)
  t.equal(claude.matches({ uuid: 'x', name: '', messages: [] }), false)
})

const oddBlock = fc.oneof(
  oddText.map((text) => ({ type: 'text', text, citations: [null, { end_index: 3, details: { url: 'https://e.org' } }, { end_index: 'x' }] })),
  oddText.map((thinking) => ({ type: 'thinking', thinking, summaries: null })),
  oddText.map((text) => ({ type: 'tool_use', id: null, name: 5, input: text })),
  oddText.map((text) => ({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text }, null] })),
  oddText.map((text) => ({ type: 'voice_note', title: null, text })),
  oddText.map((text) => ({ type: 'unheard_of', text })),
  oddValue
)
const oddMessage = oddObject({
  uuid: fc.oneof(key, oddValue),
  sender: fc.constantFrom('human', 'assistant', 'HUMAN', null),
  parent_message_uuid: fc.oneof(key, fc.constant(root), oddValue),
  created_at: oddTime,
  content: fc.array<JsonValue>(oddBlock, { maxLength: 4 }),
  attachments: fc.oneof(oddValue, oddText.map((text) => [{ file_name: 'x.txt', extracted_content: text }, null]))
})

t.test('any damaged conversation keeps all its text in a sound forest', async () => {
  fc.assert(fc.property(fc.array(fc.oneof({ weight: 6, arbitrary: oddMessage }, { weight: 1, arbitrary: oddValue }), { maxLength: 9 }), oddTime, (messages, time) =>
    isKept(claude, { created_at: time, name: null, chat_messages: [...messages, fromParts('human', 'kept')] })), { numRuns: 500 })
})
