import t from 'tap'
import { EntryError, type ConversationDraft, type MessageDraft } from '../../../src/formats/kit/draft.js'
import { normalizeConversation } from '../../../src/imports/normalize.js'
import { parseTime } from '../../../src/formats/kit/times.js'

const now = Date.UTC(2026, 0, 2)
const at = Date.UTC(2024, 0, 1)

function message (key: string, parent: string | null, fields: Partial<MessageDraft> = {}): MessageDraft {
  return { key, parent, sourceId: key, isCreatedByUser: true, text: key, ...fields }
}

function conversation (messages: MessageDraft[], fields: Partial<ConversationDraft> = {}): ConversationDraft {
  return { sourceId: 'c', title: 'T', endpoint: 'openAI', createdAt: at, messages, ...fields }
}

function normalize (messages: MessageDraft[], fields: Partial<ConversationDraft> = {}) {
  return normalizeConversation(conversation(messages, fields), 'test', now)
}

/** `child<parent` for every message, in order. */
function shape (messages: MessageDraft[]): string {
  const ready = normalize(messages).messages
  return ready.map(({ body, parent }) => `${body.text}<${ready[parent]?.body.text ?? ''}`).join(' ')
}

t.test('the tree', async (t) => {
  const cases: Array<[string, MessageDraft[], string]> = [
    ['puts parents before children', [message('b', 'a'), message('a', null)], 'a< b<a'],
    ['keeps siblings in file order', [message('a', null), message('z', 'a'), message('b', 'a')], 'a< z<a b<a'],
    ['makes a root of an unknown parent', [message('a', 'gone')], 'a<'],
    ['makes a root of the all-zero parent', [message('a', '00000000-0000-0000-0000-000000000000')], 'a<'],
    ['cuts a node that is its own parent', [message('a', 'a'), message('b', 'a')], 'a< b<a'],
    ['cuts a cycle at the edge that closes it', [message('a', 'c'), message('b', 'a'), message('c', 'b'), message('d', 'c')], 'b< c<b a<c d<c'],
    ['hands the children of dropped nodes to the nearest kept ancestor',
      [message('a', null), message('x', 'a', { keep: false }), message('y', 'x', { keep: false }), message('b', 'y')], 'a< b<a'],
    ['leaves adopted children where their dropped parent stood',
      [message('a', null), message('x', 'a', { keep: false }), message('c', 'a'), message('b', 'x')], 'a< b<a c<a'],
    ['makes roots of the children of a dropped root', [message('x', null, { keep: false }), message('a', 'x'), message('b', 'x')], 'a< b<'],
    ['survives a cycle of dropped nodes', [message('x', 'y', { keep: false }), message('y', 'x', { keep: false }), message('a', 'x')], 'a<'],
    ['takes keys like __proto__ as data', [message('__proto__', null), message('constructor', '__proto__')], '__proto__< constructor<__proto__'],
    ['hangs children of a repeated key on its first node', [message('a', null), message('a', null, { text: 'a2' }), message('b', 'a')], 'a< b<a a2<']
  ]
  for (const [name, messages, expected] of cases) t.equal(shape(messages), expected, name)
})

t.test('a chain of 40,000 messages in reverse order takes linear time', async (t) => {
  const chain = Array.from({ length: 40_000 }, (_, i) => message(`m${i}`, i === 0 ? null : `m${i - 1}`, { keep: i % 2 === 0 })).reverse()
  const { messages } = normalize(chain)
  t.equal(messages.length, 20_000)
  t.ok(messages.every(({ parent }, index) => parent === index - 1))
})

t.test('every spelling of a time', async (t) => {
  const ms = Date.UTC(2024, 0, 2, 3, 4, 5, 678)
  const spellings = [
    ms, ms / 1000, String(ms / 1000), String(ms), '2024-01-02T03:04:05.678Z', '2024-01-02T03:04:05.678', '2024-01-02 03:04:05.678123+00:00',
    '2024-01-02T11:04:05.678+08:00', '2024-01-01T22:04:05,678-0500', { $date: ms }, { $date: '2024-01-02T03:04:05.678Z' }, { $date: { $numberLong: String(ms) } }
  ]
  for (const spelling of spellings) t.equal(parseTime(spelling), ms, JSON.stringify(spelling))
  t.equal(parseTime(1704067200.1234), 1704067200123, 'rounds fractions of a millisecond')
  t.equal(parseTime('2024-01-02'), Date.UTC(2024, 0, 2))
  t.equal(parseTime(Date.UTC(1990, 0, 2)), Date.UTC(1990, 0, 2), 'milliseconds of a year before 2001')
  t.equal(parseTime(Date.UTC(1990, 0, 2) / 1000), Date.UTC(1990, 0, 2), 'and its seconds')
  t.equal(parseTime({ $date: 5000 }), 5000, 'a Mongo number is always milliseconds')
})

t.test('what is no time counts as missing', async (t) => {
  const missing = [
    undefined, null, '', 'yesterday', '16:33:32 GMT+0200 (CEST)', 0, -1, NaN, Infinity, 1e300, '1969-12-31T23:59:59Z', '10000-01-01T00:00:00Z',
    '2024-02-30T00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-01T24:00:00Z', true, [], {}, { $date: null }, { $date: { $numberLong: 'x' } }, '9'.repeat(100)
  ]
  for (const value of missing) t.equal(parseTime(value), null, JSON.stringify(value))
})

t.test('message times', async (t) => {
  const times = (messages: MessageDraft[], createdAt?: unknown) =>
    normalize(messages, { createdAt }).messages.map((message) => message.createdAt - at)

  t.strictSame(times([message('a', null, { createdAt: at + 5 })]), [5], 'are the source\'s own')
  t.strictSame(times([message('a', null), message('b', 'a'), message('c', 'a')], at), [0, 1, 1], 'come from the conversation, then from the parent')
  t.strictSame(times([message('a', null, { createdAt: at + 9 }), message('b', 'a', { createdAt: at })]), [9, 10], 'are at least 1 ms after the parent\'s')
  t.strictSame(times([message('a', null), message('b', 'a', { createdAt: at + 7 })]), [7, 8], 'without a conversation time start at the earliest message')
  t.strictSame(times([message('a', null), message('b', 'a', { createdAt: at + 7 })], at + 1e9), [7, 8], 'are not pushed back by a late conversation time')
})

t.test('conversation times', async (t) => {
  const times = (fields: Partial<ConversationDraft>) => {
    const { createdAt, updatedAt } = normalize([message('a', null, { createdAt: at + 10 }), message('b', 'a', { createdAt: at + 20 })], fields)
    return [createdAt - at, updatedAt - at]
  }
  t.strictSame(times({ createdAt: at + 1, updatedAt: at + 2 }), [1, 2], 'are the source\'s own')
  t.strictSame(times({ createdAt: 'garbage' }), [10, 20], 'else those of the first and last message')
  t.strictSame(times({ createdAt: at + 50, updatedAt: at + 2 }), [50, 50], 'never end before they begin')
})

t.test('a file without any time is dated by now, in rising order and not in the future', async (t) => {
  const { createdAt, updatedAt, messages } = normalize([message('a', null), message('b', 'a'), message('c', 'b')], { createdAt: undefined })
  t.strictSame(messages.map((message) => message.createdAt), [now - 3, now - 2, now - 1])
  t.strictSame([createdAt, updatedAt], [now - 3, now - 1])
})

t.test('text is well-formed, without U+0000, and otherwise untouched', async (t) => {
  const odd = ' \uD83D a\0b \uDE00\u2028\uE203\r\n😀 '
  const [ready] = normalize([message('a', null, {
    text: odd,
    content: [{ type: 'text', text: odd }],
    metadata: { 'k\0': [{ deep: odd }], n: 1.5, none: null }
  })]).messages
  const clean = ' \uFFFD ab \uFFFD\u2028\uE203\r\n😀 '
  t.match(ready?.body, { text: clean, content: [{ type: 'text', text: clean }], metadata: { k: [{ deep: clean }], n: 1.5, none: null } })
})

t.test('a member called __proto__ stays a member', async (t) => {
  const metadata = JSON.parse('{"a":{"__proto__":{"polluted":true}}}')
  const [ready] = normalize([message('a', null, { metadata })]).messages
  t.equal(JSON.stringify(ready?.body.metadata), '{"a":{"__proto__":{"polluted":true}}}')
  t.equal(Reflect.get({}, 'polluted'), undefined)
})

t.test('titles', async (t) => {
  const title = (title: string | null, text = 'hello') => normalize([message('s', null, { isCreatedByUser: false, text: 'system' }), message('a', 's', { text })], { title }).title
  t.equal(title('  A\u0007 b\uD800\nc '), 'A b c', 'lose control characters, lone surrogates and outer blanks')
  t.equal(title('😀'.repeat(2000)), '😀'.repeat(1024), 'are cut at 1024 code points')
  t.equal(title(' \n '), 'hello', 'come from the first user message when blank')
  t.equal(title(null, 'word '.repeat(30)), 'word '.repeat(12).trim(), 'are then cut between words')
  t.equal(title(null, 'x'.repeat(100)), 'x'.repeat(60), 'or inside a word that is too long')
  t.equal(title(null, '  '), 'Imported Chat', 'have a name even without text')
})

t.test('tags are cleaned, unique and limited', async (t) => {
  const tags = normalize([], { tags: [' work\n', 'work', '', 'x'.repeat(200), ...Array.from({ length: 60 }, (_, i) => `t${i}`)] }).tags
  t.strictSame(tags.slice(0, 3), ['work', 'x'.repeat(128), 't0'])
  t.equal(tags.length, 50)
})

t.test('settings are taken by name and type', async (t) => {
  const settings = JSON.parse(`{"temperature":0.5,"top_p":"1","promptPrefix":"p\\u0000","thinking":true,"resendFiles":"yes","stop":["a",1],
    "tools":"x","examples":[{"input":"i"}],"user":"eve","expiredAt":1,"isTemporary":true,"__proto__":{"region":"x"},"constructor":"c"}`)
  t.strictSame(normalize([], { settings }).settings, { temperature: 0.5, promptPrefix: 'p', thinking: true, stop: ['a'], examples: [{ input: 'i' }] })
})

t.test('limits', async (t) => {
  const refusal = (messages: MessageDraft[]) => {
    try {
      return normalize(messages).messages.length
    } catch (error) {
      return error instanceof EntryError ? `${error.title}: ${error.message}` : error
    }
  }
  const many = Array.from({ length: 50_001 }, (_, i) => message(String(i), null))
  t.equal(refusal(many.slice(1)), 50_000)
  t.equal(refusal(many), 'T: The conversation has more than 50000 messages')
  t.equal(refusal([message('a', null, { text: 'x'.repeat(16 * 1024 * 1024) })]), 1)
  t.equal(refusal([message('a', null, { text: 'é'.repeat(8 * 1024 * 1024 + 1) })]), 'T: A message is larger than 16 MiB')
  t.equal(refusal([message('a', null, { metadata: JSON.parse(`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`) })]), 'T: A message carries data nested deeper than 100 levels')
})

t.test('a conversation without kept messages has none', async (t) => {
  t.strictSame(normalize([message('a', null, { keep: false })]).messages, [])
})

t.test('message ids', async (t) => {
  const ids = (messages: MessageDraft[]) => normalize(messages).messages.map((message) => message.sourceId)
  t.strictSame(ids([message('a', null), message('b', 'a', { sourceId: 'a' }), message('c', 'b', { sourceId: 'a' }), message('d', 'c', { sourceId: 'a#2' })]),
    ['a', 'a#2', 'a#3', 'a#2#2'], 'are unique even where the source repeats them')
  t.match(ids([message('a', null, { sourceId: 'x'.repeat(5000) })])[0], /^sha256:.{43}$/, 'are never absurdly long')

  const counted = (texts: string[]) => normalizeConversation({
    ...conversation(texts.map((text, i) => message(`msg-${i}`, i === 0 ? null : `msg-${i - 1}`, { sourceId: `msg-${i}`, text }))), sourceId: null
  }, 'test', now).messages.map((message) => message.sourceId)
  t.strictSame(counted(['hi', 'hello']), counted(['hi', 'hello']))
  t.not(counted(['hi', 'hello'])[1], counted(['hi', 'good day'])[1], 'say what was said where the conversation has no id')

  const anonymous = (texts: string[]) => texts.map((text, i) => message(String(i), i === 0 ? null : String(i - 1), { sourceId: null, text }))
  const before = ids(anonymous(['hi', 'hello', 'hi']))
  const after = ids(anonymous(['hi', 'hello', 'hi', 'bye']))
  t.strictSame(after.slice(0, 3), before, 'without a source stay the same when the export grows')
  t.equal(new Set(after).size, 4, 'and tell equal texts apart by their place')
})

t.test('conversation ids without a source', async (t) => {
  const id = (texts: string[], fields: Partial<ConversationDraft>) =>
    normalize(texts.map((text, i) => message(String(i), i === 0 ? null : String(i - 1), { sourceId: null, text })), { sourceId: null, createdAt: at + 1234, ...fields }).sourceId
  t.match(id(['hi'], {}), /^sha256:[\w-]{43}$/)
  t.equal(id(['hi', 'hello'], { title: 'Old' }), id(['hi', 'hello', 'bye'], { title: 'New' }), 'find a grown conversation by its beginning')
  t.not(id(['hi', 'hello'], {}), id(['hi', 'good day'], {}), 'tell apart what was answered')
  t.not(id(['hi'], {}), id(['hi'], { createdAt: at + 1235 }), 'tell beginnings at different times apart')
  for (const createdAt of [null, '2026-01-01', '2026-01-01T09:15:00+05:30']) {
    t.not(id(['hi', 'hello', 'one'], { createdAt }), id(['hi', 'hello', 'two'], { createdAt }), `hash everything where the time is ${createdAt}`)
    t.equal(id(['hi', 'hello'], { createdAt, title: 'Old' }), id(['hi', 'hello'], { createdAt, title: 'New' }))
  }
})

t.test('the fingerprint', async (t) => {
  const base = conversation([message('a', null, { createdAt: at })], { tags: ['x'], settings: { temperature: 1 } })
  const print = (draft: ConversationDraft, when = now) => normalizeConversation(draft, 'test', when).fingerprint
  t.match(print(base), /^[\w-]{43}$/)
  t.equal(print(structuredClone(base)), print(base), 'is the same for the same file')
  const undated = conversation([message('a', null)], { createdAt: null })
  t.equal(print(undated, now + 1), print(undated), 'does not depend on now')

  const changes: Record<string, Partial<ConversationDraft>> = {
    title: { title: 'U' },
    archived: { isArchived: true },
    pinned: { pinned: true },
    tags: { tags: ['y'] },
    settings: { settings: { temperature: 2 } },
    model: { model: 'm' },
    createdAt: { createdAt: at + 1 },
    updatedAt: { updatedAt: at + 1 },
    text: { messages: [message('a', null, { createdAt: at, text: 'b' })] },
    'message time': { messages: [message('a', null, { createdAt: at + 1 })] },
    'message model': { messages: [message('a', null, { createdAt: at, model: 'm' })] },
    'one more message': { messages: [...base.messages, message('b', 'a')] }
  }
  for (const [name, change] of Object.entries(changes)) t.not(print({ ...base, ...change }), print(base), `changes with ${name}`)
})
