import t from 'tap'
import { type JsonValue } from '../../../../src/formats/kit/draft.js'
import { facts, fixture, importedOne, importTime, rows, shape } from '../imported.js'

const start = Date.UTC(2024, 0, 1)

t.test('a prompt of Google AI Studio', async (t) => {
  const prompt = await importedOne(t, fixture('ai-studio/prompt.json'))
  t.strictSame(facts(prompt), {
    source: 'ai-studio',
    sourceId: 'p1',
    title: 'Roses',
    endpoint: 'google',
    model: 'gemini-2.0-flash',
    createdAt: start,
    updatedAt: start + 600_000,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: { promptPrefix: 'Be\nbrief.', temperature: 0.3, topP: 0.9, topK: 40, maxOutputTokens: 100 }
  })
  t.strictSame(rows(prompt, start), [
    ['u1', -1, 1000, 'user', null, '[file: soil.pdf]'],
    ['u2', 0, 2000, 'user', null, 'What is 1+1?'],
    ['t', 1, 3000, 'Gemini', 'gemini-2.0-flash', 'Two.\n\nSources:\n1. [Two](https://e.org/two)\n2. …'],
    ['m2', 1, 60_000, 'Gemini', 'gemini-2.0-flash', 'Two!'],
    ['u3', 3, 120_000, 'user', null, '[image]']
  ], 'chunks of the model are one answer, another answer a branch; nothing empty or unsent')
  t.strictSame(prompt.messages[2]?.body.content, [
    { type: 'think', think: 'Count.' },
    { type: 'tool_call', tool_call: { name: 'code_execution', args: '1+1', output: '2', progress: 1, type: 'tool_call' } },
    { type: 'text', text: 'Two.\n\nSources:\n1. [Two](https://e.org/two)\n2. …' }
  ])
  t.equal(prompt.messages[2]?.updatedAt, start + 6000, 'an answer is as new as its last chunk')
  t.equal(prompt.messages[2]?.body.tokenCount, 3)
  t.strictSame(prompt.messages[3]?.body.content, [{ type: 'text', text: 'Two!' }, { type: 'error', error: 'Stream interrupted' }])
  t.equal(prompt.messages[3]?.body.unfinished, true)
  t.strictSame(prompt.messages[0]?.body.metadata, { assets: [{ kind: 'file', pointer: 'd1', name: 'soil.pdf', bytes: 20 }] })
})

t.test('an answer that only failed says why', async (t) => {
  const { messages: [, failed] } = await importedOne(t, { chunkedPrompt: { chunks: [{ role: 'user', text: 'q' }, { role: 'model', errorMessage: 'Quota' }] } })
  t.match(failed?.body, { text: 'Quota', error: true, unfinished: false })
})

t.test('without times nothing depends on when it is imported', async (t) => {
  const file = { chunkedPrompt: { chunks: [{ role: 'user', text: 'q' }, { role: 'model', text: 'a' }] } }
  t.equal((await importedOne(t, file)).fingerprint, (await importedOne(t, file, importTime + 1e9)).fingerprint)
})

t.test("a history of Google's API", async (t) => {
  const contents: JsonValue = [
    { role: 'user', parts: [{ text: 'Weather?' }, { fileData: { mimeType: 'image/png', fileUri: 'https://e.org/map.png' } }] },
    { role: 'model', parts: [{ thought: true, text: 'Look.' }, { functionCall: { name: 'weather', args: { at: 'here' } } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { sky: 'blue' } } }] },
    { role: 'model', parts: [{ text: 'Blue' }, { text: '.' }] },
    null,
    { role: 'user', parts: [{ functionResponse: { name: 'other', response: {} } }] }
  ]
  const history = await importedOne(t, { model: 'models/gemini-pro', systemInstruction: 'Be brief.', contents })
  t.strictSame([history.source, history.model, history.settings], ['gemini-api', 'gemini-pro', { promptPrefix: 'Be brief.' }])
  t.equal(shape(history), 'Weather?\n[image]< Blue.<Weather?\n[image] <Blue.')
  t.strictSame(history.messages[1]?.body.content, [
    { type: 'think', think: 'Look.' },
    { type: 'tool_call', tool_call: { name: 'weather', args: '{"at":"here"}', output: '{"sky":"blue"}', progress: 1, type: 'tool_call' } },
    { type: 'text', text: 'Blue.' }
  ])
  t.match(history.messages[2]?.body.content, [{ tool_call: { name: 'other', output: '{}' } }], 'an output without its call stands alone')
})
