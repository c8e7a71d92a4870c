import t from 'tap'
import { partsOf, searchableOf, sourcesOf, textOf } from '../../../src/web/state/parts.js'

t.test('a message without content is its text', async (t) => {
  t.strictSame(partsOf({ text: 'Hello' }), [{ kind: 'text', text: 'Hello', index: null }])
  t.strictSame(partsOf({ text: '' }), [])
})

t.test('content keeps its order, its places, and what tools were given and gave', async (t) => {
  t.strictSame(partsOf({
    text: 'b',
    content: [
      { type: 'think', think: 'a' },
      { type: 'text', text: 'b' },
      { type: 'tool_call', tool_call: { name: 'search', args: '{"q":1}', output: 'found' } },
      { type: 'error', error: 'c' }
    ]
  }), [
    { kind: 'reasoning', text: 'a' },
    { kind: 'text', text: 'b', index: 1 },
    { kind: 'tool', name: 'search', input: '{\n  "q": 1\n}', output: 'found' },
    { kind: 'error', text: 'c' }
  ])
})

t.test('files are known by kind, name and size, and named twice shown once', async (t) => {
  const file = { filename: 'plan.pdf', type: 'application/pdf', bytes: 1200 }
  t.strictSame(partsOf({ text: '', files: [file], attachments: [file], metadata: { assets: [{ kind: 'image', name: 'a.png' }, 'odd'] } }), [
    { kind: 'file', file: { kind: 'file', name: 'plan.pdf', bytes: 1200, type: 'application/pdf' } },
    { kind: 'file', file: { kind: 'image', name: 'a.png', bytes: null, type: null } },
    { kind: 'file', file: { kind: 'file', name: null, bytes: null, type: null } }
  ])
})

t.test('parts of a shape that nobody knows do no harm', async (t) => {
  const odd = [{ type: 'text' }, { type: 'tool_call', tool_call: null }, { type: 'think', think: 7 }, { type: 'image_file', image_file: { filename: 'x.png' } }]
  t.equal(partsOf({ text: '', content: odd }).length, 4)
})

t.test('what is copied is the text alone, what is searched is everything', async (t) => {
  const message = {
    messageId: 'm',
    conversationId: 'c',
    parentMessageId: '-',
    sender: 'x',
    isCreatedByUser: false,
    createdAt: '',
    updatedAt: '',
    text: 'b',
    content: [{ type: 'think', think: 'a' }, { type: 'text', text: 'b' }],
    files: [{ filename: 'plan.pdf' }]
  }
  t.equal(textOf(message), 'b')
  t.match(searchableOf(message), /a\n\nb\n\nplan\.pdf/)
})

t.test('only sources that can be opened are links', async (t) => {
  t.strictSame(sourcesOf({ metadata: { sources: [{ url: 'https://e.org', title: 'E' }, { url: 'javascript:x' }, { url: 'https://f.org' }] } }), [
    { url: 'https://e.org', title: 'E' }, { url: 'https://f.org', title: 'https://f.org' }
  ])
})
