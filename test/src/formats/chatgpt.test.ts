import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { type JsonObject, type JsonValue, type ReadyConversation } from '../../../src/formats/kit/draft.js'
import { chatgpt } from '../../../src/formats/chatgpt/read.js'
import { normalizeConversation } from '../../../src/imports/normalize.js'
import { packageRoot } from '../../../src/paths.js'
import { noContext } from '../imports/damage.js'

const now = Date.UTC(2026, 0, 2)
const start = 1704067200

function fixture (name: string): JsonObject {
  return JSON.parse(readFileSync(join(packageRoot, 'test/fixtures/imports/chatgpt', name), 'utf8'))
}

function convert (element: JsonObject): ReadyConversation {
  const [draft] = chatgpt.convert(element, noContext)
  if (draft === undefined) throw new Error('no conversation')
  return normalizeConversation(draft, chatgpt.name, now)
}

function says (role: string, content: JsonValue, fields: JsonObject = {}): JsonObject {
  return { author: { role }, content, ...fields }
}

function text (role: string, ...parts: JsonValue[]): JsonObject {
  return says(role, { content_type: 'text', parts })
}

function node (parent: string | null, message: JsonObject | null, fields: JsonObject = {}): JsonObject {
  return { parent, message, ...fields }
}

/** `child<parent` for every message of a mapping. */
function shape (mapping: JsonValue): string {
  const { messages } = convert({ mapping, create_time: start })
  return messages.map(({ body, parent }) => `${body.text}<${messages[parent]?.body.text ?? ''}`).join(' ')
}

/** The only message of a mapping. */
function only (message: JsonObject) {
  const { messages: [first, ...rest] } = convert({ mapping: { a: node(null, message) }, create_time: start })
  if (first === undefined || rest.length > 0) throw new Error('not one message')
  return first.body
}

t.test('the conversation about primes', async (t) => {
  const { messages, fingerprint, versionAt, contentHash, ...conversation } = convert(fixture('primes.json'))
  t.strictSame(conversation, {
    source: 'chatgpt',
    sourceId: 'primes',
    title: 'Primes',
    endpoint: 'openAI',
    model: 'gpt-4o-mini',
    createdAt: 1704067200500,
    updatedAt: 1704067300000,
    isArchived: true,
    pinned: true,
    tags: [],
    settings: {}
  })
  const rows = messages.map(({ sourceId, parent, createdAt, body }) => [sourceId, parent, createdAt - start * 1000, body.sender, body.model, body.text])
  t.strictSame(rows, [
    ['u1', -1, 1000, 'user', null, 'Is 7\nprime?'],
    ['a1b', 0, 1001, 'o3', 'o3', 'Yes!'],
    ['a1', 0, 4000, 'GPT-4o', 'gpt-4o', 'Yes. ([Primes](https://e.org))'],
    ['t', 2, 5000, 'python', 'gpt-4o-mini', '```\nTrue\n```']
  ], 'parts by line, links over skipped nodes, times lifted, unlisted siblings by time')
  t.strictSame(messages[2]?.body.content, [
    { type: 'think', think: 'Check divisors.\n\nOnly 1 and 7.' },
    { type: 'text', text: 'Yes. ([Primes](https://e.org))' }
  ])
  t.notOk(messages.some(({ body }, index) => index !== 2 && body.content !== undefined), 'content only where there is more than text')
})

t.test('media becomes placeholders in place, with what is known of it aside', async (t) => {
  const { title, createdAt, messages } = convert(fixture('voice-and-files.json'))
  t.strictSame([title, createdAt], ['Before [image: plant.jpg] after spoken words [audio] [video]', start * 1000])
  t.equal(messages[0]?.sourceId, 'u')
  t.equal(messages[0]?.body.text, [
    'Before', '[image: plant.jpg]', 'after', 'spoken words', '[audio]', '[video]', '[image]', '[hologram]', '[file: notes.pdf]'
  ].join('\n'))
  t.strictSame(messages[0]?.body.metadata, {
    assets: [
      { kind: 'image', pointer: 'sediment://file_1', name: 'plant.jpg', type: 'image/jpeg', bytes: 9, width: 3, height: 2 },
      { kind: 'audio', pointer: 'sediment://file_2' },
      { kind: 'video', pointer: 'sediment://file_3' },
      { kind: 'image', pointer: 'file-service://file-4' },
      { kind: 'file', pointer: 'file_9', name: 'notes.pdf', type: 'application/pdf', bytes: 50 }
    ]
  })
})

t.test('content types', async (t) => {
  const page = { url: 'https://e.org/(x)', title: 'A [page]' }
  const pageLink = '[A \\[page\\]](https://e.org/%28x%29)'
  const cases: Array<[string, JsonObject, string]> = [
    ['code', { language: 'python', text: 'a = 1' }, '```python\na = 1\n```'],
    ['code', { language: 'unknown', text: '```' }, '````\n```\n````'],
    ['execution_output', { text: '1\n2' }, '```\n1\n2\n```'],
    ['tether_browsing_display', { result: 'found', summary: 'short' }, 'found\nshort'],
    ['tether_quote', { ...page, text: 'quoted' }, `${pageLink}\nquoted`],
    ['tether_quote', { url: 'file-1', title: 'notes.pdf', text: 'quoted' }, 'notes.pdf\nquoted'],
    ['sonic_webpage', { ...page, snippet: 'short' }, `${pageLink}\nshort`],
    ['citable_code_output', { output_str: '{}', metadata: { display_title: 'Sheet', display_url: 'https://e.org/s' } }, '[Sheet](https://e.org/s)\n```\n{}\n```'],
    ['computer_output', { state: { url: 'https://e.org', title: 'E' }, screenshot: { asset_pointer: 'sediment://f' } }, '[E](https://e.org)\n[image]'],
    ['system_error', { name: 'Timeout', text: 'too slow' }, 'Timeout: too slow'],
    ['future_type', { parts: ['p'], text: 't', result: 'r' }, 'p\nt\nr'],
    ['future_type', { payload: { x: 1 } }, '[future_type]']
  ]
  for (const [type, content, expected] of cases) {
    const body = only(says('tool', { content_type: type, ...content }))
    t.equal(body.text, expected, `${type} ${JSON.stringify(content)}`)
    t.equal(body.error, type === 'system_error')
  }
  t.equal(only(says('assistant', 'bare text')).text, 'bare text', 'content that is a mere string')
  t.equal(only(says('assistant', { content_type: 'text', text: 'no parts' })).text, 'no parts')
})

t.test('a call of a tool keeps its name and arguments', async (t) => {
  const args = '{"name":"Guide","type":"document","content":"# One\\n\\nTwo"}'
  const call = (recipient: string, content: JsonObject) => only(says('assistant', content, { recipient }))
  const part = (name: string, args: string) => [{ type: 'tool_call', tool_call: { name, args, progress: 1, type: 'tool_call' } }]

  const python = call('python', { content_type: 'code', text: 'x' })
  t.strictSame([python.text, python.content], ['```\nx\n```', part('python', 'x')])
  const memory = call('bio', { content_type: 'text', parts: ['Likes ferns.'] })
  t.strictSame([memory.text, memory.content], ['Likes ferns.', part('bio', 'Likes ferns.')])
  const canvas = call('canmore.create_textdoc', { content_type: 'code', language: 'json', text: args })
  t.strictSame([canvas.text, canvas.content], ['Guide\n\n# One\n\nTwo', part('canmore.create_textdoc', args)], 'a canvas document is readable')
  t.equal(call('canmore.create_textdoc', { content_type: 'code', text: '{"name":' }).text, '```\n{"name":\n```', 'a broken one is shown as it is')
})

t.test('what nobody saw in the conversation is only a link', async (t) => {
  const hidden: Record<string, JsonObject | null> = {
    'no message': null,
    'a system message': text('system', 'secret'),
    'a hidden message': says('user', { content_type: 'text', parts: ['secret'] }, { metadata: { is_visually_hidden_from_conversation: true } }),
    'custom instructions by the user': says('user', { content_type: 'user_editable_context', user_profile: 'secret' }),
    'a user system message': says('user', { content_type: 'text', parts: ['secret'] }, { metadata: { is_user_system_message: true } }),
    memory: says('assistant', { content_type: 'model_editable_context', model_set_context: 'secret' }),
    'a recap of reasoning': says('assistant', { content_type: 'reasoning_recap', content: 'Thought for 12s' }),
    'empty text': text('assistant', '', null),
    'no content': says('tool', null),
    'an empty search': says('tool', { content_type: 'tether_browsing_display', result: '' })
  }
  for (const [name, message] of Object.entries(hidden)) {
    t.equal(shape({ q: node(null, text('user', 'q')), x: node('q', message), a: node('x', text('assistant', 'a')) }), 'q< a<q', name)
  }
  t.equal(shape({ q: node(null, says('user', { content_type: 'text', parts: ['q'] }, { weight: 0 })) }), 'q<', 'but weight 0 hides nothing')
})

t.test('reasoning', async (t) => {
  const thoughts = (content: string) => says('assistant', { content_type: 'thoughts', thoughts: [{ content }] })
  const contents = (mapping: JsonValue) => convert({ mapping, create_time: start }).messages.map(({ body }) => [body.text, body.content?.map(({ type, ...part }) => Object.values(part)[0])])

  t.strictSame(contents({
    t1: node(null, thoughts('one')), t2: node('t1', thoughts('two')), h: node('t2', null), a: node('h', text('assistant', 'a'))
  }), [['a', ['one', 'two', 'a']]], 'is gathered in order over links')
  t.strictSame(contents({ t: node(null, thoughts('one')), u: node('t', text('user', 'u')) }),
    [['', ['one']], ['u', undefined]], 'without an answer is a message of its own')
  t.strictSame(contents({ t: node(null, thoughts('one')), a: node('t', text('assistant', 'a')), b: node('t', text('assistant', 'b')) }),
    [['a', ['one', 'a']], ['b', undefined]], 'goes to the first of several answers')
  t.strictSame(contents({ a: node('t', text('assistant', 'a')), t: node('h', thoughts('one')), h: node('t', null) }),
    [['a', ['one', 'a']]], 'survives a cycle above the answer')
  t.strictSame(contents({ t: node(null, says('assistant', { content_type: 'thoughts', parts: ['captured'] })), a: node('t', text('assistant', 'a')) }),
    [['a', ['captured', 'a']]], 'may come as parts')
})

t.test('hazards of real exports', async (t) => {
  const q = text('user', 'q')
  const a = text('assistant', 'a')
  t.equal(shape({ q: node(null, q), s: node('q', text('system', 's')), a: node('s', a) }), 'q< a<q', 'a system message in mid-tree')
  t.equal(shape({ q: { message: q, parent: null }, a: { message: a, parent: 'q' } }), 'q< a<q', 'slim nodes without children')
  t.equal(shape({ q: node(null, q, { children: ['a'] }), a: { message: a } }), 'q< a<q', 'children without parents')
  t.equal(shape({ q: node('gone', q, { children: ['gone', 'a'] }), a: node('gone', a) }), 'q< a<q', 'a dangling parent mended by children')
  t.equal(shape({ q: node('a', q), a: node('q', a) }), 'a< q<a', 'a cycle')
  t.equal(shape({ q: node('q', q) }), 'q<', 'a node that is its own parent')
  t.equal(shape({ q: null, a: node('q', a) }), 'a<', 'a null entry')
  t.equal(shape([{ id: 'q', message: q }, { id: 'a', message: a, parent: 'q' }, null]), 'q< a<q', 'a mapping that is an array')
  t.equal(shape({ k1: { id: 'x', message: { id: 'y', ...q } }, k2: { id: 'k1', parent: 'k1', message: a } }), 'q< a<q', 'ids that differ from keys')
  t.equal(shape({ p: node(null, q, { children: ['c', 'b'] }), b: node('p', text('user', 'b')), c: node('p', text('user', 'c')) }), 'q< c<q b<q', 'branches in the order of children')
  t.equal(shape({
    p: node(null, q),
    late: node('p', { ...text('user', 'late'), create_time: start + 9 }),
    early: node('p', { ...text('user', 'early'), create_time: start + 1 })
  }), 'q< early<q late<q', 'else in the order of time')
  t.equal(shape({ a: node(null, q), b: node(null, text('user', 'q2')) }), 'q< q2<', 'two first prompts')
  t.equal(shape(JSON.parse('{"__proto__":{"message":{"author":null,"content":{"parts":["q"]}}},"a":{"parent":"__proto__","message":{"content":{"parts":["a"]}}}}')),
    'q< a<q', 'prototype keys and messages without author')

  const { title, createdAt, updatedAt, messages } = convert({ title: null, mapping: { q: node(null, { ...q, create_time: null }), a: node('q', { ...a, create_time: start + 0.0004 }) } })
  t.strictSame([title, createdAt, updatedAt, messages.map((message) => message.createdAt)],
    ['q', start * 1000, start * 1000 + 1, [start * 1000, start * 1000 + 1]], 'no title, no times, fractions')
  t.equal(convert({ id: 'only-id', mapping: {} }).sourceId, 'only-id', 'old exports have `id` alone')
})

t.test('models and senders', async (t) => {
  const speaker = (metadata: JsonObject, fields: JsonObject = {}) => {
    const { model, messages: [first] } = convert({ mapping: { a: node(null, says('assistant', { content_type: 'text', parts: ['a'] }, { metadata })) }, ...fields })
    return [model, first?.body.model, first?.body.sender]
  }
  t.strictSame(speaker({ model_slug: 'gpt-4o' }, { default_model_slug: 'auto' }), ['auto', 'gpt-4o', 'GPT-4o'])
  t.strictSame(speaker({ default_model_slug: 'o3' }), ['o3', 'o3', 'o3'])
  t.strictSame(speaker({}, { default_model_slug: 'chatgpt-4o-latest' }), ['chatgpt-4o-latest', 'chatgpt-4o-latest', 'GPT-4o-latest'])
  t.strictSame(speaker({}), [null, null, 'assistant'])
})

t.test('an answer that was stopped is unfinished', async (t) => {
  for (const [status, unfinished] of [['finished_successfully', false], ['in_progress', true], ['finished_partial_completion', true], [undefined, false]] as const) {
    t.equal(only(says('assistant', { content_type: 'text', parts: ['a'] }, { status })).unfinished, unfinished, String(status))
  }
})

t.test('citations', async (t) => {
  const cited = (part: string, metadata: JsonObject) => only(says('assistant', { content_type: 'text', parts: [part] }, { metadata })).text
  const web = (start: number, url: string, title: string) => ({ start_ix: start, end_ix: start + 7, metadata: { type: 'webpage', title, url } })
  const one = { title: 'One', url: 'https://e.org/1' }
  const two = { title: 'Two', url: 'https://e.org/2' }
  const mark = '\uE200cite\uE202turn0search0\uE201'
  const reference = { matched_text: mark, type: 'grouped_webpages', alt: '([x](javascript:alert(1)))', items: [{ ...one, supporting_websites: [two] }] }
  const cases: Array<[string, string, JsonObject, string]> = [
    ['count code points', '😀😀 a【1†src】b', { citations: [web(4, one.url, 'One')] }, '😀😀 a ([One](https://e.org/1))b'],
    ['may count UTF-16 units', '😀😀 a【1†src】', { citations: [web(6, one.url, 'One')] }, '😀😀 a ([One](https://e.org/1))'],
    ['stand one beside the other', '【1†src】【2†src】', { citations: [web(0, one.url, 'One'), web(7, two.url, 'Two')] }, '([One](https://e.org/1)) ([Two](https://e.org/2))'],
    ['with wrong offsets are found by their text', 'a【3:1†source】', {
      citations: [{ ...web(99, one.url, 'One'), metadata: { ...one, extra: { cited_message_idx: 3, search_result_idx: 1, evidence_text: 'source' } } }]
    }, 'a ([One](https://e.org/1))'],
    ['never cut prose at a wrong offset', 'plain prose', { citations: [web(2, one.url, 'One')] }, 'plain prose'],
    ['of files name the file', 'a【1†src】', { citations: [{ start_ix: 1, end_ix: 8, metadata: { type: 'file', name: 'a.pdf' } }] }, 'a (a.pdf)'],
    ['lead nowhere but to the web', 'a【1†src】', { citations: [web(1, 'javascript:alert(1)', 'One')] }, 'a (One)'],
    ['nobody explains stay', 'a【1†src】', {}, 'a【1†src】'],
    ['of 2025 become links', `a${mark}.`, { content_references: [reference] }, 'a ([One](https://e.org/1), [Two](https://e.org/2)).'],
    ['of 2025 may be spelled by their alt', 'by \uE200entity\uE202["people","Ada"]\uE201', { content_references: [{ matched_text: '\uE200entity\uE202["people","Ada"]\uE201', type: 'entity', alt: 'Ada L.' }] }, 'by Ada L.'],
    ['of 2025 without reference are found among the searches', `a${mark}`, { search_result_groups: [{ entries: [{ ...one, ref_id: { turn_index: 0, ref_type: 'search', ref_index: 0 } }] }] }, 'a ([One](https://e.org/1))'],
    ['that lead nowhere leave no garbage', `a${mark} b\uE202turn0search3 c\uE200cite\uE202turn1view2 \uE203d\uE204 \uE200entity\uE202["x","Ada"]\uE201 \uE200url\uE202Site\uE202turn0view1\uE201`, {}, 'a b c d Ada Site'],
    ['are not confused by a reference to a blank', 'a b', { content_references: [{ matched_text: ' ', type: 'sources_footnote', items: [one] }] }, 'a b']
  ]
  for (const [name, part, metadata, expected] of cases) t.equal(cited(part, metadata), expected, name)

  const found = only(says('assistant', { content_type: 'text', parts: ['a'] }, { metadata: { search_result_groups: [{ entries: [one, one, { title: 'bad', url: 'ftp://e.org' }] }] } }))
  t.strictSame(found.metadata, { sources: [one] }, 'pages found but not cited are kept aside')
  t.throws(() => cited('\uE200\uE201'.repeat(1e6), { content_references: [{ matched_text: '\uE200\uE201', items: [one] }] }), { message: 'A message is larger than 16 MiB' })
})

t.test('an element is ChatGPT\'s by its mapping alone', async (t) => {
  const cases: Array<[JsonObject, boolean]> = [
    [{ mapping: {} }, true],
    [{ mapping: { a: null, b: { message: null } } }, true],
    [{ mapping: [{ id: 'a', parent: null }] }, true],
    [{ mapping: { a: 1 } }, false],
    [{ mapping: null }, false],
    [{ conversation_id: 'x', title: 'shared' }, false]
  ]
  for (const [element, expected] of cases) t.equal(chatgpt.matches(element), expected, JSON.stringify(element))
})

const word = fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom(...'jklmnpqr') })
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', '__proto__', 'constructor')
const oddTime = fc.oneof(fc.double(), fc.constantFrom(null, '2024-01-01T00:00:00Z', start, 'x', {}, 1e300))
const oddText = fc.oneof(word, word.map((text) => `\uD83D${text}\0`), word.map((text) => `${text}\uE200cite\uE202x\uE201`))
const oddContent = fc.oneof(
  oddText.map((text) => ({ content_type: 'text', parts: [null, text, 5] })),
  word.map((text) => ({ content_type: 'code', text: `\uDE00${text}\0` })),
  oddText.map((text) => ({ content_type: 'thoughts', thoughts: [{ content: text }, null] })),
  oddText.map((text) => ({ content_type: 'multimodal_text', parts: [{ content_type: 'image_asset_pointer' }, { content_type: 'audio_transcription', text }] })),
  oddText.map((text) => ({ content_type: 'unheard_of', result: text })),
  oddText
)
const oddMessage = fc.record({
  id: fc.oneof(key, fc.constant(null)),
  author: fc.constantFrom({ role: 'user' }, { role: 'assistant' }, { role: 'tool', name: 'x' }, null),
  create_time: oddTime,
  content: oddContent,
  recipient: fc.constantFrom('all', 'python', null),
  metadata: fc.constantFrom(null, {}, { citations: [null, { start_ix: 0 }], content_references: 'x' })
}, { requiredKeys: ['content'] })
const oddNode = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(null, 5, {}, { message: null, parent: 'a', children: ['b', 7] }) },
  { weight: 6, arbitrary: fc.record({ message: oddMessage, parent: fc.option(key), children: fc.array(key, { maxLength: 4 }) }, { requiredKeys: ['message'] }) }
)
const oddMapping = fc.oneof(
  fc.uniqueArray(fc.tuple(key, oddNode), { selector: ([key]) => key, maxLength: 9 }).map((entries) => Object.fromEntries(entries)),
  fc.array(fc.tuple(key, oddNode).map(([id, node]) => typeof node === 'object' ? { id, ...node } : node), { maxLength: 12 })
)

t.test('any damaged tree keeps all its text in a sound forest', async (t) => {
  fc.assert(fc.property(oddMapping, oddTime, (mapping, time) => {
    const element: JsonObject = JSON.parse(JSON.stringify({ mapping, create_time: time }))
    const { messages } = convert(element)
    const said = JSON.stringify(messages.map(({ body }) => [body.text, body.content]))
    const words = JSON.stringify(element.mapping).match(/[jklmnpqr]{8,}/g) ?? []
    return words.every((word) => said.includes(word)) &&
      !/\\u0000|\\ud[89a-f]|[\uE200-\uE206]/.test(said) &&
      new Set(messages.map(({ sourceId }) => sourceId)).size === messages.length &&
      messages.every(({ parent, createdAt }, index) => Number.isSafeInteger(createdAt) && createdAt > 0 && parent < index &&
        (parent === -1 || createdAt > (messages[parent]?.createdAt ?? Infinity)))
  }), { numRuns: 500 })
})

t.test('the project is a tag: by its name, by the words in its id, or by the start of its id', (t) => {
  const tagsOf = (more: JsonObject) => convert({ mapping: { a: node(null, text('user', 'Hi')) }, ...more }).tags
  t.strictSame(tagsOf({ gizmo_id: 'g-p-67c1d2e3f4a5', project_name: 'Garden' }), ['Garden'])
  t.strictSame(tagsOf({ gizmo_id: 'g-p-67c1d2e3f4a5-kitchen-garden' }), ['kitchen garden'])
  t.strictSame(tagsOf({ conversation_template_id: 'g-p-67c1d2e3f4a5' }), ['Project 67c1d2'])
  t.strictSame(tagsOf({ gizmo_id: 'g-67c1d2e3f4a5' }), [], 'a custom GPT is no project')
  t.end()
})
