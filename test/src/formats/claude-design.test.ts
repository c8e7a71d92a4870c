import t from 'tap'
import { claudeDesign } from '../../../src/formats/claude-design/read.js'
import { converted } from '../imports/damage.js'
import { facts, fixture, importedOne, rows, shape } from './imported.js'

const start = Date.UTC(2024, 0, 1)

t.test('a design chat', async (t) => {
  const chat = await importedOne(t, fixture('claude-design/logo.json'))
  t.strictSame(facts(chat), {
    source: 'claude-design',
    sourceId: 'logo-chat',
    title: 'Logo',
    endpoint: 'anthropic',
    model: null,
    createdAt: start,
    updatedAt: start + 2000,
    isArchived: false,
    pinned: false,
    tags: ['Brand'],
    settings: {}
  })
  const answer = '> Make it\n> round\n\nHere.'
  t.strictSame(rows(chat, start), [
    ['q', -1, 1000, 'user', null, 'Draw a logo.\n\nbrief.md\n```md\nBlue\n```\n[image: old.png]'],
    ['a', 0, 2000, 'Claude', null, answer]
  ], 'hidden attachments stay hidden, interjections are quoted')
  t.strictSame(chat.messages[1]?.body.content, [
    { type: 'think', think: 'A circle.' },
    { type: 'tool_call', tool_call: { id: 'w', name: 'write', args: '{"path":"logo.svg"}', output: 'done', progress: 1, type: 'tool_call' } },
    { type: 'text', text: answer },
    { type: 'error', error: 'Preview failed' }
  ])
})

t.test('damage stays with its message', async (t) => {
  const chat = converted(claudeDesign, {
    project: null,
    messages: [null, { role: 'user', content: 'bare' }, { role: 'assistant', content: { contentBlocks: [null, { type: 'tool_call' }], content: 'flat', attachments: 'x' } }, {}]
  })
  t.equal(shape(chat), 'bare< flat<bare')
  t.throws(() => converted(claudeDesign, { project: null, messages: [null] }), { message: 'None of its messages can be read' })
})

t.test('an element is Claude Design\'s by its project and the content of its messages', async (t) => {
  t.equal(claudeDesign.matches({ project: null, messages: [null, { content: {} }] }), true)
  t.equal(claudeDesign.matches({ messages: [{ content: {} }] }), false)
  t.equal(claudeDesign.matches({ project: {}, messages: [{ content: 'x' }] }), false)
})
