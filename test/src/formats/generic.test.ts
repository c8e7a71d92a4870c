import t from 'tap'
import { type JsonValue } from '../../../src/formats/kit/draft.js'
import { facts, fixture, imported, importedOne, importTime, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

t.test('a log with tools', async (t) => {
  const log = await importedOne(t, fixture('generic/tools.json'))
  t.strictSame(facts(log), {
    source: 'generic',
    sourceId: 'log-0000-0000-0000-0001',
    title: 'Tools',
    endpoint: 'openAI',
    model: 'gpt-4o',
    createdAt: start,
    updatedAt: start + 9002,
    isArchived: true,
    pinned: false,
    tags: ['log'],
    settings: { promptPrefix: 'Be brief.', temperature: 0 }
  })
  t.strictSame(rows(log, start).map(([, ...row]) => row), [
    [-1, 0, 'user', null, 'Weather?\n[file: map.pdf]'],
    [0, 1, 'assistant', 'gpt-4o', ''],
    [1, 2, 'orphan', 'gpt-4o', 'Rain'],
    [2, 9000, 'assistant', 'o3', 'Sunny.\n\nSources:\n1. [https://e.org/sun](https://e.org/sun)\n2. …'],
    [3, 9001, 'critic', 'gpt-4o', 'Really?'],
    [4, 9002, 'assistant', 'gpt-4o', 'Yes.']
  ])
  t.strictSame(log.messages[1]?.body.content, [
    { type: 'think', think: 'Look it up.' },
    { type: 'tool_call', tool_call: { id: 'c1', name: 'weather', args: '{}', output: 'Sun', progress: 1, type: 'tool_call' } }
  ])
  t.strictSame(log.messages[5]?.body.content, [{ type: 'think', think: 'Sure.' }, { type: 'text', text: 'Yes.' }])
  t.strictSame(log.messages[0]?.body.metadata, { assets: [{ kind: 'file', pointer: 'f1', name: 'map.pdf' }] })
})

t.test('every spelling of a message', async (t) => {
  const spellings: JsonValue[] = [
    { role: 'user', content: 'q' },
    { sender: 'Human', text: 'q' },
    { author: { role: 'user' }, parts: ['q'] },
    { author: 'user', content: [{ type: 'input_text', text: 'q' }] },
    { role: 'USER', content: '', text: 'q' },
    { author: 'user', body: 'q' },
    { from: 'User', message: 'q' },
    { type: 'human', content: 'q' },
    { type: 'human', data: { content: 'q' } }
  ]
  for (const message of spellings) {
    for (const file of [{ messages: [message] }, [{ messages: [message] }], [message]]) {
      const { messages: [only, ...others] } = await importedOne(t, file)
      t.strictSame([only?.body.text, only?.body.isCreatedByUser, others], ['q', true, []], JSON.stringify(file))
    }
  }
})

t.test('a list of messages goes by many names, alone or in an object', async (t) => {
  const list = [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }]
  for (const name of ['messages', 'history', 'conversation', 'turns', 'dialog', 'transcript', 'chat_history', 'chatHistory']) {
    for (const file of [{ title: 'T', [name]: list }, [{ title: 'T', [name]: list }], { version: 1, export: { title: 'T', [name]: list } }]) {
      const chat = await importedOne(t, file)
      t.strictSame([chat.title, shape(chat)], ['T', 'q< a<q'], JSON.stringify(file))
    }
  }
})

t.test("calls in the manner of Anthropic's API", async (t) => {
  const chat = await importedOne(t, {
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'a' }, { type: 'tool_use', id: 'u', name: 'f', input: { x: 1 } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'u', content: [{ type: 'text', text: 'r' }] }] },
      { role: 'assistant', content: 'b' }
    ]
  })
  t.equal(shape(chat), 'q< a<q b<a')
  t.strictSame(chat.messages[1]?.body.content, [
    { type: 'think', think: 'hm' },
    { type: 'text', text: 'a' },
    { type: 'tool_call', tool_call: { id: 'u', name: 'f', args: '{"x":1}', output: 'r', progress: 1, type: 'tool_call' } }
  ])
})

t.test('nothing a tool said is lost where ids repeat', async (t) => {
  const call = { role: 'assistant', content: null, tool_calls: [{ id: 'c', function: { name: 'f', arguments: '' } }] }
  const answer = (content: string) => ({ role: 'tool', tool_call_id: 'c', content })
  const { messages } = await importedOne(t, { messages: [call, answer('1'), call, answer('2'), answer('3')] })
  t.match(messages.map(({ body }) => body.content), [[{ tool_call: { output: '1' } }], [{ tool_call: { output: '2\n3' } }]])
})

t.test('messages without ids and times', async (t) => {
  const file = { messages: [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }] }
  const [now, later] = [await importedOne(t, file), await importedOne(t, file, importTime + 1e9)]
  t.strictSame([now.sourceId, now.fingerprint], [later.sourceId, later.fingerprint], 'nothing depends on when they are imported')
})

t.test('messages that belong to a tree or a database are not taken for a chat', async (t) => {
  for (const member of ['messageId', 'parentMessageId', 'uuid']) {
    await t.rejects(imported(t, [{ role: 'user', content: 'q', [member]: 'x' }]), { code: 'IMPORT_UNKNOWN_FORMAT' }, member)
  }
})
