import fc from 'fast-check'
import t from 'tap'
import type { JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { grok } from '../../../src/formats/grok/read.js'
import { converted, isKept, key, oddObject, oddText, oddTime, oddValue } from '../imports/damage.js'
import { facts, fixture, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

function convert (...responses: JsonValue[]) {
  return converted(grok, { conversation: { id: 'c', create_time: '2024-01-01T00:00:00Z' }, responses })
}

function says (sender: JsonValue, message: string, fields: JsonObject = {}): JsonObject {
  return { response: { sender, message, ...fields } }
}

/** The body of the only response. */
function answer (message: string, fields: JsonObject = {}) {
  const { messages: [first] } = convert(says('assistant', message, fields))
  if (first === undefined) throw new Error('no message')
  return first.body
}

t.test('a conversation with everything in it', async (t) => {
  const trip = await importedOne(t, fixture('grok/trip.json'))
  t.strictSame(facts(trip), {
    source: 'grok',
    sourceId: 'trip',
    title: 'A trip',
    endpoint: 'xai',
    model: 'grok-4-1',
    createdAt: start,
    updatedAt: start + 3_600_000,
    isArchived: false,
    pinned: true,
    tags: [],
    settings: { endpointType: 'custom' }
  })
  const answer = 'Rome ([Rome](https://e.org/rome)).\nPlan\n```markdown\n1. Fly\n```\n\nSources:\n1. [Rome](https://e.org/rome)'
  t.strictSame(rows(trip, start), [
    ['q', -1, 1000, 'user', null, 'Where to?\n\n[image]\n[file: plan.pdf]'],
    ['a', 0, 3000, 'grok-4-1', 'grok-4-1', answer],
    ['q2', -1, 4000, 'user', null, 'Where to?'],
    ['b', 2, 5000, 'Grok', null, 'Too busy'],
    ['lost', -1, 6000, 'Grok', null, 'Lost.']
  ], 'aborted answers are passed over, retried first prompts are roots, a question has no model')
  t.strictSame(trip.messages[1]?.body.content, [
    { type: 'think', think: 'Sun or culture?' },
    { type: 'tool_call', tool_call: { id: 't1', name: 'web_search', args: '{"query":"rome"}', progress: 1, type: 'tool_call' } },
    { type: 'think', think: 'Culture.' },
    { type: 'text', text: answer }
  ])
  t.strictSame(trip.messages[1]?.body.metadata, { sources: [{ title: 'Rome', url: 'https://e.org/rome' }, { title: 'Sun', url: 'https://e.org/sun' }] }, 'all pages found are kept')
  t.equal(trip.messages[3]?.body.error, true)
  t.strictSame(trip.messages[0]?.body.metadata, {
    assets: [{ kind: 'image', pointer: 'https://e.org/beach.png' }, { kind: 'file', pointer: 'f1', name: 'plan.pdf', type: 'application/pdf' }]
  })
})

t.test('links and order', async (t) => {
  const cases: Array<[string, JsonValue[], string]> = [
    ['without links are those of the list', [{ sender: 'HUMAN', message: 'q' }, { sender: 'grok', message: 'a' }], 'q< a<q'],
    ['go by parents', [says('ASSISTANT', 'a', { response_id: 'a', parent_response_id: 'q' }), says('human', 'q', { response_id: 'q' })], 'q< a<q'],
    ['know ids of databases', [says('human', 'q', { _id: { $oid: '1' } }), says('assistant', 'a', { _id: 2, parent_response_id: { $oid: '1' } })], 'q< a<q'],
    ['survive cycles', [says('human', 'q', { _id: 'q', parent_response_id: 'a' }), says('assistant', 'a', { _id: 'a', parent_response_id: 'q' })], 'a< q<a'],
    ['survive entries that are no messages', [null, says('human', 'q'), { response: null }, 'x'], 'q<']
  ]
  for (const [name, responses, expected] of cases) t.equal(shape(convert(...responses)), expected, name)
  t.throws(() => convert(null), { message: 'None of its messages can be read' })
})

t.test('what only Grok can render', async (t) => {
  const cards = [{ id: 'c', url: 'https://e.org', title: 'E' }, '{"id":"i","title":"Rome"}', 5, 'x']
  const cases: Array<[string, string, string]> = [
    ['a citation', 'a<grok:render card_id="c" type="render_inline_citation"/>.', 'a ([E](https://e.org)).'],
    ['an image', 'a <grok:render card_id="i" type="render_searched_image"><argument name="size">L</argument></grok:render>', 'a [image: Rome]'],
    ['an unknown card', 'a<grok:render type="render_x"></grok:render>b', 'ab'],
    ['a card that never ends', 'a<grok:render type="render_x"><argument', 'a'],
    ['a document that never ends', '<xaiArtifact title="P" contentType="text/css">a {}', 'P\n```css\na {}\n```'],
    ['a document by name alone', 'See <xaiArtifact artifact_id="x"/>', 'See x'],
    ['a tag that is none', 'a <grok:render', 'a <grok:render']
  ]
  for (const [name, message, expected] of cases) t.equal(answer(message, { card_attachments_json: cards }).text, expected, name)
  t.strictSame(answer('a', { thinking_trace: '<xai:tool_usage_card>\n<xai:tool_name>' }).content, undefined, 'a card cut off before its name says nothing')
  t.throws(() => answer('<grok:render card_id="c"/>'.repeat(500_000), { card_attachments_json: [{ id: 'c', url: `https://e.org/${'x'.repeat(1000)}` }] }), { message: 'A message is larger than 16 MiB' })
})

t.test('an element is Grok\'s by its conversation and responses', async (t) => {
  t.equal(grok.matches({ conversation: {}, responses: [] }), true)
  t.equal(grok.matches({ conversation: {}, responses: null }), false)
  t.equal(grok.matches({ conversations: [] }), false)
})

const oddResponse = oddObject({
  _id: fc.oneof(key, oddValue),
  parent_response_id: fc.oneof(key, oddValue),
  sender: fc.constantFrom('human', 'ASSISTANT', 'grok', null, 5),
  create_time: oddTime,
  message: fc.oneof(oddText, oddText.map((text) => `a<grok:render card_id="x" type="image"/> <xaiArtifact title="t">${text}`)),
  thinking_trace: fc.oneof(oddValue, oddText, oddText.map((text) => `${text}<xai:tool_usage_card><xai:tool_name>${text}</xai:tool_name>`)),
  error: fc.oneof(oddValue, oddText),
  card_attachments_json: oddValue,
  web_search_results: fc.oneof(oddValue, fc.constant<JsonValue>([null, { url: 'ftp://e.org' }])),
  image_attachments: fc.oneof(oddValue, fc.constant<JsonValue>([null, {}, 'x']))
})
const oddEntry = fc.oneof(
  { weight: 5, arbitrary: oddResponse.map((response) => ({ response })) },
  { weight: 2, arbitrary: oddResponse },
  { weight: 1, arbitrary: oddValue }
)

t.test('any damaged conversation keeps all its text in a sound forest', async () => {
  fc.assert(fc.property(fc.array<JsonValue>(oddEntry, { maxLength: 9 }), oddTime, (responses, time) =>
    isKept(grok, { conversation: { create_time: time, title: null }, responses: [...responses, says('human', 'kept')] })), { numRuns: 500 })
})
