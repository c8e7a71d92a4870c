import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { EntryError, type ImportEntry, type ImportFormat, type JsonObject } from '../../../src/formats/kit/draft.js'
import { detectFormat } from '../../../src/formats/registry.js'
import { objectsOf, stringOf } from '../../../src/formats/kit/json-value.js'
import { openImport } from '../../../src/imports/read-file.js'
import type { Detect } from '../../../src/imports/reading-plan.js'
import { packageRoot } from '../../../src/paths.js'
import { zipOf } from '../../zip-of.js'

const now = Date.UTC(2025, 0, 1)

function chatgpt (id: string, text = 'Hello', more: JsonObject = {}): JsonObject {
  const message = { id: `m-${id}`, author: { role: 'user' }, content: { content_type: 'text', parts: [text] }, create_time: 1_700_000_000 }
  return { id, title: `Chat ${id}`, create_time: 1_700_000_000, mapping: { a: { id: 'a', message, parent: null, children: [] } }, ...more }
}

function librechat (id: string): JsonObject {
  return { conversationId: id, endpoint: 'openAI', title: `Chat ${id}`, messages: [{ messageId: `m-${id}`, parentMessageId: null, text: 'Hi', isCreatedByUser: true, sender: 'User' }] }
}

async function open (t: Test, content: string | Buffer, detect?: Detect) {
  const directory = t.testdir({ scratch: {} })
  const path = join(directory, 'upload')
  writeFileSync(path, content)
  return await openImport(path, { scratchDirectory: join(directory, 'scratch'), now, ...(detect === undefined ? {} : { detect }) })
}

/** Everything an upload gives: `+ <source id>` for a conversation, `- <title>: <reason>` for the rest. */
async function read (t: Test, content: string | Buffer, detect?: Detect) {
  const reader = await open(t, content, detect)
  const entries = [...reader.entries()]
  const numbered = entries.filter(({ kind }) => kind !== 'unread')
  t.strictSame(numbered.map(({ index }) => index), [...numbered.keys()], 'entries are numbered without gaps')
  t.equal(reader.bytesRead, reader.bytesTotal, 'everything was read')
  return { formats: reader.formats, entries: entries.map(summary) }
}

function summary (entry: ImportEntry) {
  if (entry.kind === 'conversation') return `+ ${entry.conversation.sourceId}`
  if (entry.kind === 'unread') return `? ${entry.name}: ${entry.reason}`
  return `${entry.kind === 'skipped' ? '~' : '-'} ${entry.title === undefined ? '' : `${entry.title}: `}${entry.reason}`
}

const json = (value: unknown) => JSON.stringify(value)

t.test('an array is read element by element, formats mixed', async (t) => {
  t.strictSame(await read(t, json([chatgpt('a'), librechat('b'), chatgpt('c')])), { formats: ['chatgpt', 'librechat'], entries: ['+ a', '+ b', '+ c'] })
})

t.test('a conversation alone, and in every known wrapping', async (t) => {
  const list = [chatgpt('a'), chatgpt('b')]
  const cases: Array<[string, unknown, string[]]> = [
    ['alone', chatgpt('a'), ['+ a']],
    ['alone, of LibreChat', librechat('a'), ['+ a']],
    ['conversations', { conversations: list, projects: [{ name: 'x' }] }, ['+ a', '+ b']],
    ['chats', { version: 1, chats: list }, ['+ a', '+ b']],
    ['data', { data: list }, ['+ a', '+ b']],
    ['data.chats', { data: { chats: list, folders: [] }, checksum: 'x' }, ['+ a', '+ b']],
    ['a name nobody knows', { exported: 'today', items: list }, ['+ a', '+ b']],
    ['two lists', { mine: list, shared: [chatgpt('c')] }, ['+ a', '+ b', '+ c']],
    ['behind a broken first entry', { items: [null, { title: 'x' }, ...list] },
      ['- It is not a conversation but null', '- x: It is not a conversation of a format Parley reads', '+ a', '+ b']]
  ]
  for (const [name, value, expected] of cases) t.strictSame((await read(t, json(value))).entries, expected, name)
})

t.test('large wrappers and large single conversations are told apart by an outline', async (t) => {
  const text = 'x'.repeat(3_000)
  const many = Array.from({ length: 60 }, (_, index) => chatgpt(`c${index}`, text))
  t.equal((await read(t, json({ about: text.repeat(30), conversations: many, assets: { files: many.map(() => text) } }))).entries.length, 60)
  const mapping = Object.fromEntries(many.map((_, index) => [`n${index}`, {
    id: `n${index}`, parent: index === 0 ? null : `n${index - 1}`, message: { id: `m${index}`, author: { role: 'user' }, content: { content_type: 'text', parts: [text] } }
  }]))
  t.strictSame((await read(t, json(chatgpt('one', '', { mapping })))).entries, ['+ one'])
})

t.test('an empty history is no error', async (t) => {
  for (const text of ['[]', '\ufeff [ ] ', '{"conversations":[]}', '{"data":{"chats":[]}}']) t.strictSame(await read(t, text), { formats: [], entries: [] }, text)
  t.strictSame((await read(t, await zipOf({ 'conversations.json': '[]', 'user.json': '{}' }))).entries, ['? user.json: It is JSON in no format Parley knows: it has an object without keys'])
})

t.test('what is wrong with an entry stays with the entry', async (t) => {
  const system = chatgpt('s', '', { title: 'Only system' })
  const deep = `{"title":"Deep","mapping":${'['.repeat(3_000)}${']'.repeat(3_000)}}`
  const { entries } = await read(t, `[${[json(chatgpt('a')), 'null', '3', '"x"', '[]', json({ title: 'No mapping' }), deep, json(system), json(chatgpt('b'))].join()}]`)
  t.strictSame(entries, [
    '+ a',
    '- It is not a conversation but null',
    '- It is not a conversation but a number',
    '- It is not a conversation but a string',
    '- It is not a conversation but a list',
    '- No mapping: It is not a conversation of a format Parley reads',
    '- It is nested more than 2000 levels deep',
    '~ Only system: It has no messages',
    '+ b'
  ])
})

t.test('whatever a format throws is that entry’s failure', async (t) => {
  const failing: ImportFormat = {
    name: 'odd',
    label: 'Odd',
    matches: (element) => {
      if (element.throws === 'matches') throw new TypeError('matches')
      return 'throws' in element
    },
    convert: (element) => {
      if (element.throws === 'entry') throw new EntryError('The third message is missing', 'Named')
      if (element.throws === 'none') return []
      throw new RangeError('Maximum call stack size exceeded')
    }
  }
  const detect: Detect = (element) => failing.matches(element) ? failing : detectFormat(element)
  const elements = [{ throws: 'entry' }, { throws: 'range', title: 'Unlucky' }, { throws: 'none' }, { throws: 'matches' }, chatgpt('a')]
  t.strictSame(await read(t, json(elements), detect), {
    formats: ['odd', 'chatgpt'],
    entries: [
      '- Named: The third message is missing',
      '- Unlucky: It looks like a conversation of Odd, but has a structure Parley cannot read',
      '~ It holds no conversation',
      '- It is not a conversation of a format Parley reads',
      '+ a'
    ]
  })
})

t.test('messages that make a conversation only together are collected', async (t) => {
  const collecting: ImportFormat = {
    name: 'lines',
    label: 'Lines',
    collects: true,
    matches: (element) => 'line' in element,
    convert: ({ messages }) => [{
      sourceId: null,
      title: 'Lines',
      endpoint: 'custom',
      messages: objectsOf(messages).map(({ line }, index) => ({
        key: String(index), parent: index === 0 ? null : String(index - 1), sourceId: null, isCreatedByUser: index % 2 === 0, text: stringOf(line) ?? ''
      }))
    }]
  }
  const detect: Detect = (element) => collecting.matches(element) ? collecting : detectFormat(element)
  const linesOf = async (content: string | Buffer) => [...(await open(t, content, detect)).entries()]
    .map((entry) => entry.kind === 'conversation' ? entry.conversation.messages.map(({ body }) => body.text) : entry.reason)
  const lines = [{ line: 'one' }, { line: 'two' }, { line: 'three' }]
  t.strictSame(await linesOf(json(lines)), [['one', 'two', 'three']])
  t.strictSame(await linesOf(json({ messages: lines })), [['one', 'two', 'three']], 'in a wrapper')
  t.strictSame(await linesOf(json([...lines, chatgpt('a'), null])), [['Hello'], 'It is not a conversation but null', ['one', 'two', 'three']], 'among others')
  const archive = await zipOf({ 'chat-1.json': json(lines), 'chat-2.json': json([{ line: 'four' }]) })
  t.strictSame(await linesOf(archive), [['one', 'two', 'three'], ['four']], 'one conversation for each file')
})

t.test('the same conversation twice is reported once, a changed one is passed on', async (t) => {
  const { entries } = await read(t, await zipOf({
    'conversations-000.json': json([chatgpt('a'), chatgpt('b')]),
    'conversations-001.json': json([chatgpt('a'), chatgpt('b', 'Changed'), chatgpt('b')])
  }))
  t.strictSame(entries, ['+ a', '+ b', '~ Chat a: It appears twice in this upload', '+ b', '~ Chat b: It appears twice in this upload'])
})

t.test('an archive is read through', async (t) => {
  const cases: Array<[string, Record<string, string>, string[]]> = [
    ['in shards', { 'conversations-10.json': json([chatgpt('c')]), 'conversations-9.json': json([chatgpt('b')]), 'user.json': '{"email":"a@b"}' }, ['+ b', '+ c', '? user.json: It is an account profile (user.json)']],
    ['with other kinds of file in it', { 'a.json': json(librechat('a')), 'settings.json': '{"theme":"dark"}', 'users.json': json([{ email_address: 'a@b' }]) },
      ['+ a', '? settings.json: It is JSON in no format Parley knows: it has the keys "theme"', '? users.json: It is the list of users of a Claude export (users.json)']],
    ['with archives and other services in it', { 'conversations.json': json([chatgpt('a')]), 'librechat/one.json': json(librechat('b')), 'old.rar': 'x', 'two.jsonl': `${json(chatgpt('c'))}\n${json(chatgpt('d'))}` },
      ['? old.rar: It is an archive of a kind Parley does not open. Unpack it first', '+ a', '+ b', '+ c', '+ d']],
    ['with a damaged file in it', { 'a.json': json(librechat('a')), 'b.json': '{"messages":[' },
      ['+ a', '- b.json: The file ends in the middle, after 13 bytes. Download or export it again']]
  ]
  for (const [name, entries, expected] of cases) t.strictSame((await read(t, await zipOf(entries))).entries, expected, name)
})

t.test('faults of the file itself end the import', async (t) => {
  const cases: Array<[string, string | Buffer, string, RegExp]> = [
    ['nothing', '', 'IMPORT_NOT_JSON', /empty/],
    ['only space', '  \n', 'IMPORT_NOT_JSON', /empty/],
    ['a PDF', '%PDF-1.7 …', 'IMPORT_NOT_JSON', /a PDF document/],
    ['a cut gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'IMPORT_BAD_ARCHIVE', /not complete/],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), 'IMPORT_NOT_JSON', /7z/],
    ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'IMPORT_NOT_JSON', /PNG/],
    ['HTML', '\n<!doctype html>', 'IMPORT_NOT_JSON', /web page/],
    ['UTF-16', Buffer.from('\ufeff[]', 'utf16le'), 'IMPORT_NOT_JSON', /UTF-16/],
    ['UTF-16 without a mark', Buffer.from('[]', 'utf16le'), 'IMPORT_NOT_JSON', /Save it as UTF-8/],
    ['Latin-1', Buffer.from('[{"a":"caf\xe9"}]', 'latin1'), 'IMPORT_NOT_JSON', /not UTF-8 text\. Save the file as UTF-8/],
    ['an empty zip', await zipOf({}), 'IMPORT_NOT_A_HISTORY', /no chat history in the archive/],
    ['a binary file', Buffer.from([1, 0, 2]), 'IMPORT_NOT_JSON', /binary/],
    ['text', 'Conversation,Time\n', 'IMPORT_NOT_JSON', /some other kind/],
    ['a JSON string', '"[]"', 'IMPORT_NOT_JSON', /some other kind/],
    ['a cut array', json([chatgpt('a')]).slice(0, -1), 'IMPORT_TRUNCATED', /ends in the middle/],
    ['a cut object', '{"a":', 'IMPORT_TRUNCATED', /ends in the middle/],
    ['a broken entry', `[${json(chatgpt('a'))},{"a":}]`, 'IMPORT_NOT_JSON', /Entry 1 \(at byte \d+/],
    ['words behind the JSON', `${json(chatgpt('a'))} and more`, 'IMPORT_NOT_JSON', /more after the end/],
    ['an unknown object', '{"foo":"bar","__proto__":1}', 'IMPORT_UNKNOWN_FORMAT', /the keys "foo", "__proto__"\. .*docs\/import\.md/],
    ['an object without keys', '{}', 'IMPORT_UNKNOWN_FORMAT', /without keys/],
    ['an unknown list', json([{ foo: 1 }, { foo: 2 }]), 'IMPORT_UNKNOWN_FORMAT', /"foo"/],
    ['a list of numbers', '[1,2,3]', 'IMPORT_UNKNOWN_FORMAT', /no objects/],
    ['an endless list of nothing', `[${'0,'.repeat(50_000)}`, 'IMPORT_UNKNOWN_FORMAT', /no objects/],
    ['nesting without end', `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`, 'IMPORT_TOO_COMPLEX', /2000 levels/],
    ['an object nested without end', `{"mapping":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, 'IMPORT_TOO_COMPLEX', /2000 levels/],
    ['more broken entries than anybody reads', `[${json(chatgpt('a'))}${',0'.repeat(100_001)}]`, 'IMPORT_TOO_COMPLEX', /More than 100000/],
    ['a truncated shard', await zipOf({ 'conversations-0.json': json([chatgpt('a')]), 'conversations-1.json': '[' }), 'IMPORT_TRUNCATED', /^conversations-1\.json: /],
    ['a table of something else', 'a,b\n1,2\n', 'IMPORT_UNKNOWN_FORMAT', /^The file is a table, but .* the columns "a", "b"\. /],
    ['an archive without JSON', await zipOf({ 'chat.html': '<p>' }), 'IMPORT_NOT_A_HISTORY', /no chat history in the archive.* chat\.html: It is a web page/],
    ['an archive of other files', await zipOf({ 'user.json': '{"email":"a@b"}' }), 'IMPORT_NOT_A_HISTORY', /^user\.json: This is an account profile/],
    ['an archive of unknown JSON', await zipOf({ 'user.json': '{"email":"a@b"}', 'x.json': '{"a":1}', 'y.json': '[' }), 'IMPORT_TRUNCATED', /^y\.json: /]
  ]
  for (const [name, content, code, message] of cases) {
    await t.rejects(async () => [...(await open(t, content)).entries()], { name: 'DomainError', code, message }, name)
  }
})

t.test('files that lie beside a history are named, with the one to pick', async (t) => {
  const cases: Array<[string, unknown]> = [
    ['export_manifest.json', { version: 1, logical_files: { 'conversations.json': { files: [] } } }],
    ['user.json', { id: 'u', email: 'a@b', chatgpt_plus_user: true }],
    ['users.json', [{ uuid: 'u', full_name: 'A', email_address: 'a@b' }]],
    ['shared_conversations.json', [{ id: 's', conversation_id: 'c', title: 't', is_anonymous: true }]],
    ['message_feedback.json', [{ id: 'f', conversation_id: 'c', rating: 'thumbs_up' }]],
    ['model_comparisons.json', [{ id: 'x', input: {}, output: {}, metadata: {} }]],
    ['library_files.json', [{ file_id: 'f', name: 'a.png' }]],
    ['conversation_asset_file_names.json', { 'file-one.dat': 'first.jpg' }],
    ['group_chats.json', { chats: [] }],
    ['projects.json', [{ uuid: 'p', name: 'P', docs: [], prompt_template: '' }]],
    ['memories.json', [{ account_uuid: 'a', conversations_memory: 'x' }]],
    ['ChatbotUI', { version: 5, folders: [], prompts: [] }],
    ['LobeChat', { exportType: 'agents', state: {}, version: 7 }]
  ]
  for (const [name, value] of cases) {
    await t.rejects(async () => [...(await open(t, json(value))).entries()], { code: 'IMPORT_NOT_A_HISTORY', message: new RegExp(`${name}.* Pick `) }, name)
  }
})

t.test('a file of another kind with the name of a history is left aside in an archive', async (t) => {
  const row = { messageId: 'm', conversationId: 'c', parentMessageId: null, text: 'Hi', isCreatedByUser: true, sender: 'User', createdAt: '2025-01-01T00:00:00Z' }
  const conversations = json([{ conversationId: 'c', endpoint: 'openAI', title: 'Chat', messages: [{ $oid: '65a0' }] }])
  t.match(await read(t, await zipOf({ 'conversations.json': conversations, 'history.json': json([chatgpt('a')]) })), {
    formats: ['chatgpt'], entries: ['+ a', /^\? conversations\.json: It is LibreChat's conversations without the messages/]
  })
  const alone = await open(t, await zipOf({ 'conversations.json': conversations }))
  t.throws(() => [...alone.entries()], { code: 'IMPORT_NOT_A_HISTORY', message: /^conversations\.json: This is LibreChat's conversations without/ })
  const unknown = await open(t, await zipOf({ 'conversations.json': '{"a":1}', 'messages.json': json([row]) }))
  t.throws(() => [...unknown.entries()], { code: 'IMPORT_UNKNOWN_FORMAT', message: /^conversations\.json: / })
})

t.test('conversations of LibreChat in a file beside their messages have their titles', async (t) => {
  const row = (id: string) => json({ messageId: `m-${id}`, conversationId: id, parentMessageId: null, text: 'Hi', isCreatedByUser: true, sender: 'User' })
  const about = (id: string) => json({ conversationId: id, endpoint: 'openAI', title: `Chat ${id}`, messages: [] })
  const [messages, conversations] = [[row('a'), row('b')], [about('b'), about('a')]]
  const list = (lines: string[]) => `[${lines.join(',')}]`
  for (const [what, files] of Object.entries({
    lists: { 'messages.json': list(messages), 'conversations.json': list(conversations) },
    'another ending, in a folder': { 'dump/messages.jsonl': messages.join('\n'), 'dump/conversations.json': list(conversations) },
    'documents by line': { 'LibreChat.messages.json': messages.join('\n'), 'LibreChat.conversations.json': conversations.join('\n') }
  })) {
    const entries = [...(await open(t, await zipOf(files))).entries()]
    t.strictSame(entries.flatMap((entry) => entry.kind === 'conversation' ? [entry.conversation.title] : []).sort(), ['Chat a', 'Chat b'], what)
  }
  const [one] = [...(await open(t, await zipOf({ 'messages.json': row('a'), 'conversations.json': about('a') }))).entries()].filter(({ kind }) => kind === 'conversation')
  t.match(one, { conversation: { title: 'Chat a' } }, 'also of a single one')
})

t.test('what a history of the same archive is read with is not left unread', async (t) => {
  const row = { messageId: 'm', conversationId: 'c', parentMessageId: null, text: 'Hi', isCreatedByUser: true, sender: 'User', createdAt: '2025-01-01T00:00:00Z' }
  const conversations = json([{ conversationId: 'c', endpoint: 'openAI', title: 'Chat', messages: [{ $oid: '65a0' }] }])
  t.strictSame((await read(t, await zipOf({ 'conversations.json': conversations, 'messages.json': json([row]) }))).entries, ['+ c'])
  const names = { 'conversation_asset_file_names.json': '{"file_1.dat":"leaf.jpg"}' }
  t.strictSame((await read(t, await zipOf({ ...names, 'chat.json': json([chatgpt('a')]) }))).entries, ['+ a'])
  t.match((await read(t, await zipOf({ ...names, 'chat.json': json(librechat('b')) }))).entries, ['+ b', /^\? conversation_asset_file_names\.json: It is the list of file names/])
})

t.test('one value a line, or one behind the other', async (t) => {
  const [a, b, c] = [json(chatgpt('a')), json(chatgpt('b')), json(chatgpt('c'))]
  const pretty = (id: string) => JSON.stringify(chatgpt(id), null, 2)
  const cases: Array<[string, string, string[]]> = [
    ['lines', `${a}\n${b}\n${c}\n`, ['+ a', '+ b', '+ c']],
    ['with a mark, carriage returns and blank lines', `\ufeff${a}\r\n\r\n${b}\r\n \n${c}`, ['+ a', '+ b', '+ c']],
    ['two in a line', `${a}\n${b}${c}\n`, ['+ a', '+ b', '+ c']],
    ['a last line that is cut', `${a}\n${b}\n${c.slice(0, 40)}`, ['+ a', '+ b', '- Line 3 is cut off: the file ends in the middle of it']],
    ['a broken line in the middle', `${a}\n\n${b.slice(0, 40)}\n${c}\n`, ['+ a', '- Line 3 is not valid JSON', '+ c']],
    ['a line of null, and one of a word', `${a}\nnull\n${b}\nnone\n${c}`, ['+ a', '- It is not a conversation but null', '+ b', '- Line 4 is not valid JSON', '+ c']],
    ['a broken line at the start', `${a.slice(4)}\n${b}\n${c}`.replace(/^/, '{'), ['- Line 1 is not valid JSON', '+ b', '+ c']],
    ['lists behind each other', `[${a}]\n[${b},${c}]`, ['+ a', '+ b', '+ c']],
    ['objects over many lines', `${pretty('a')}\n${pretty('b')}`, ['+ a', '+ b']],
    ['wrapped ones', `{"conversations":[${a}]}\n\n{"conversations":[\n${b}]}`, ['+ a', '+ b']],
    ['a second value that is cut', `${pretty('a')}\n${pretty('b').slice(0, 80)}`, ['+ a', `- What follows value 1 of the file cannot be read. The file ends in the middle, after ${pretty('a').length + 81} bytes. Download or export it again`]]
  ]
  for (const [name, text, expected] of cases) t.strictSame((await read(t, text)).entries, expected, name)
})

t.test('reading can stop half-way', async (t) => {
  const reader = await open(t, json(Array.from({ length: 50 }, (_, index) => chatgpt(`c${index}`))))
  const openFiles = () => readdirSync('/proc/self/fd').length
  const before = existsSync('/proc/self/fd') ? openFiles() : 0
  const entries = reader.entries()
  t.match(entries.next(), { done: false, value: { kind: 'conversation', index: 0 } })
  t.ok(reader.bytesRead > 0 && reader.bytesRead < reader.bytesTotal)
  reader.close()
  t.equal(entries.next().done, true)
  if (before > 0) t.equal(openFiles(), before, 'and leaves no file open')
})

const samples = join(packageRoot, '../shared/fixtures')

if (existsSync(samples)) {
  t.test('real exports', async (t) => {
    const cases: Array<[string, number]> = [
      ['chatgpt/librechat-chatgpt-export.json', 2],
      ['chatgpt/librechat-chatgpt-modern-export.json', 2],
      ['chatgpt/librechat-sharded-export.zip', 2],
      ['chatgpt/handmade-utf8-bom.json', 1],
      ['chatgpt/handmade-wrapped-conversations.json', 1],
      ['librechat/librechat-tree.json', 1],
      ['librechat/handmade-recursive-messagesTree.json', 1]
    ]
    for (const [file, expected] of cases) {
      const reader = await openImport(join(samples, file), { scratchDirectory: t.testdir({}), now })
      t.equal([...reader.entries()].filter(({ kind }) => kind === 'conversation').length, expected, file)
    }
  })
}
