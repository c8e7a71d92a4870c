import MarkdownIt from 'markdown-it'
import t from 'tap'
import { parse } from 'yaml'
import type { ExportFormat } from '../../../src/formats/kit/export-format.js'
import { safeName } from '../../../src/formats/kit/file-name.js'
import type { StoredConversation, StoredMessage } from '../../../src/formats/kit/stored.js'
import { htmlExport } from '../../../src/formats/html/write.js'
import { jsonlExport } from '../../../src/formats/jsonl/write.js'
import { markdownExport } from '../../../src/formats/markdown/write.js'
import { hostileMessages } from '../../page/hostile-texts.js'
import { plainOptions } from './exported.js'

interface PartsContent { id: string, parent?: string, user?: boolean, at?: number, [field: string]: unknown }

const START = Date.parse('2026-03-01T10:00:00Z')

/** A conversation out of what is said in it. */
function told (messages: PartsContent[], more: Partial<StoredConversation> = {}): StoredConversation {
  const places = new Map(messages.map(({ id }, index) => [id, index]))
  const stored = messages.map(({ id, parent, user = false, at = 0, ...fields }): StoredMessage => ({
    messageId: id,
    parentMessageId: parent ?? null,
    sourceId: null,
    createdAt: START + at,
    updatedAt: START + at,
    editedHere: false,
    json: JSON.stringify({ sender: user ? 'User' : 'Assistant', isCreatedByUser: user, text: '', unfinished: false, error: false, ...fields })
  }))
  return {
    conversationId: '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10',
    title: 'Trip to Lisbon',
    endpoint: 'openAI',
    model: 'gpt-4o',
    tags: [],
    isArchived: false,
    archivedAt: null,
    pinned: false,
    settings: {},
    createdAt: START,
    updatedAt: START,
    forkedFrom: null,
    origin: null,
    links: stored.map(({ messageId, parentMessageId, createdAt }) => ({ messageId, parent: places.get(parentMessageId ?? '') ?? -1, createdAt })),
    message: (index) => stored[index] ?? t.fail('there is such a message') as never,
    ...more
  }
}

function files ({ many }: ExportFormat, conversations: StoredConversation[], options = plainOptions): Map<string, string> {
  if (many.kind === 'text') return new Map([['', [...many.write(conversations, options)].join('')]])
  const written = new Map<string, string>()
  for (const { path, content } of many.write(conversations, options)) written.set(path, [...content].join(''))
  return written
}

const branched = told([
  { id: 'q', user: true, text: 'Where to go?' },
  { id: 'a', parent: 'q', at: 1, text: 'To [Alfama](https://example.test/alfama).', content: [{ type: 'think', think: 'Old town.' }, { type: 'text', text: 'To [Alfama](https://example.test/alfama), $x^2$.' }] },
  { id: 'b', parent: 'q', at: 2, text: 'To Belém.', model: 'gpt-5' },
  { id: 'c', parent: 'b', at: 3, user: true, text: 'Thanks' }
], { tags: ['my travel', '2026'], origin: { source: 'chatgpt', sourceId: 'src-1', fingerprint: '', title: null, versionAt: null, contentHash: null } })

t.test('a note has front matter that YAML reads back, and the text of its branch', async (t) => {
  const [[path, note] = ['', '']] = files(markdownExport, [branched], { ...plainOptions, branches: 'active', address: 'https://parley.test' })
  t.equal(path, 'chatgpt/2026/03/2026-03-01 Trip to Lisbon.md')
  const [, front = '', body = ''] = note.split(/^---$/m)
  t.strictSame(parse(front), {
    title: 'Trip to Lisbon',
    aliases: ['Trip to Lisbon'],
    created: '2026-03-01T10:00:00.000Z',
    updated: '2026-03-01T10:00:00.000Z',
    source: 'chatgpt',
    source_id: 'src-1',
    conversation_id: branched.conversationId,
    models: ['gpt-4o', 'gpt-5'],
    tags: ['my-travel', '_2026'],
    url: `https://parley.test/c/${branched.conversationId}`,
    branch: 'active'
  })
  t.match(body, 'To Belém.')
  t.notMatch(body, 'Alfama')
})

t.test('all branches stand in one note; links, formulas and folded reasoning stay', async (t) => {
  const [note = ''] = files(markdownExport, [branched]).values()
  const links = new MarkdownIt().parse(note, {}).flatMap(({ children }) => children ?? []).filter(({ type }) => type === 'link_open').map((token) => token.attrGet('href'))
  t.strictSame(links, ['https://example.test/alfama'])
  t.match(note, '$x^2$')
  t.match(note, '> [!quote]- Reasoning\n> Old town.')
  t.match(note, /Another branch, after message 1/)
})

t.test('a block of code that was never closed ends with its message', async (t) => {
  const [note = ''] = files(markdownExport, [told([{ id: 'a', text: 'Look:\n```js\nlet x' }, { id: 'b', parent: 'a', at: 1, text: '# Not code' }])]).values()
  const headings = new MarkdownIt().parse(note, {}).filter(({ type }) => type === 'heading_open').length
  t.equal(headings, 4)
})

t.test('names of files fit every system and stay apart', async (t) => {
  const titles = ['a/b:c*?"<>|#^[]\\d', 'A/B', 'a b', '..', 'CON', 'x'.repeat(300), '旅'.repeat(100), '\u202eevil', '\ud800']
  const conversations = [...titles, ...titles].map((title, n) => told([{ id: 'm', text: 'x' }], { title, conversationId: `00000000-0000-4000-8000-00000000000${n}` }))
  const paths = [...files(markdownExport, conversations).keys()]
  t.equal(new Set(paths.map((path) => path.toLowerCase())).size, conversations.length)
  for (const path of paths) {
    const name = path.split('/').at(-1) ?? ''
    t.ok(Buffer.byteLength(name) <= 120, name)
    t.notMatch(name, /[\\/:*?"<>|#^[\]\p{Cc}\u202e]/u)
    t.match(path, /^parley\/2026\/03\/2026-03-01.*\.md$/)
  }
  for (const title of titles) t.notMatch(safeName(title), /^(?:con|\.*)$|[. ]$/i)
})

t.test('a page runs nothing and loads nothing, whatever is said', async (t) => {
  const messages = hostileMessages.map((text, n) => ({ id: `m${n}`, at: n, ...(n > 0 && { parent: `m${n - 1}` }), text, content: [{ type: 'text', text }, { type: 'think', think: text }, { type: 'tool_call', tool_call: { name: text, args: text, output: text } }, { type: 'error', error: text }] }))
  const pages = files(htmlExport, [told(messages, { title: hostileMessages.join(' ').slice(0, 500), tags: hostileMessages })])
  t.strictSame([...pages.keys()].map((path) => path.split('/').at(-1)?.slice(-10)).at(-1), 'index.html')
  for (const page of pages.values()) {
    // Everything that is said is text or an escaped attribute, so these are tags of ours.
    const tags = page.replace(/<style>[^<]*<\/style>/, '').match(/<[^>]*>/g) ?? []
    const bad = tags.filter((tag) =>
      /^<(?:script|iframe|object|embed|form|base|link|svg|style|video|audio|input|button|template)\b/i.test(tag) ||
      /\s(?:on\w+|style)\s*=/i.test(tag.replace(/"[^"]*"/g, '""')) ||
      /(?:href|src)="(?!https?:|mailto:|#|data:image\/|[\w%.-]+\/)/i.test(tag) ||
      /^<img[^>]*src="https?:/i.test(tag))
    t.strictSame(bad.slice(0, 5), [])
    t.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/)
  }
})

t.test('lines for fine-tuning, one a leaf', async (t) => {
  const lines = (style: 'messages' | 'sharegpt') => [...files(jsonlExport, [told([
    { id: 'q', user: true, text: 'Q' }, { id: 'a', parent: 'q', text: 'A' }, { id: 'b', parent: 'q', text: 'B', content: [{ type: 'think', think: 'no' }, { type: 'text', text: 'B' }] }
  ], { settings: { promptPrefix: 'Be short.' } }), told([{ id: 'q', user: true, text: 'Alone' }])], { ...plainOptions, style }).values()].join('').trim().split('\n').map((line) => JSON.parse(line))
  t.strictSame(lines('messages'), ['A', 'B'].map((answer) => ({
    messages: [{ role: 'system', content: 'Be short.' }, { role: 'user', content: 'Q' }, { role: 'assistant', content: answer }]
  })))
  t.strictSame(lines('sharegpt'), ['A', 'B'].map((value) => ({ system: 'Be short.', conversations: [{ from: 'human', value: 'Q' }, { from: 'gpt', value }] })))
})
