import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { pack } from 'tar-stream'
import { ZipFile } from 'yazl'
import { archiveLimits } from '../../../../src/imports/archives/budget.js'
import { inReadingOrder } from '../../../../src/imports/archives/entries.js'
import { unpack } from '../../../../src/imports/archives/unpack.js'

type Entries = Record<string, string | Buffer>

/** An archive with these entries, packed unless told otherwise. */
async function zipOf (entries: Entries, { compress = true, forceZip64Format = false } = {}): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name, { compress, forceZip64Format })
  zip.end({ forceZip64Format, comment: '' })
  return await buffer(zip.outputStream)
}

/** What is extracted from the archive: names and contents in order. */
async function extract (t: Test, archive: Buffer, limits = archiveLimits) {
  const { files } = await unpacked(t, archive, limits)
  return files.map(({ name, path, isHistory }) => ({ name, content: readFileSync(path, 'utf8'), isHistory, path }))
}

async function unpacked (t: Test, archive: Buffer, limits = archiveLimits) {
  const directory = t.testdir({ scratch: {} })
  const path = join(directory, 'upload')
  writeFileSync(path, archive)
  return await unpack(path, join(directory, 'scratch'), limits)
}

/** What an archive leaves aside, as `name: reason`. */
async function unreadIn (t: Test, archive: Buffer) {
  return (await unpacked(t, archive)).unread.map(({ name, reason }) => `${name}: ${reason}`)
}

async function tarOf (entries: Entries): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(entries)) tar.entry({ name }, content)
  tar.finalize()
  return await buffer(tar)
}

async function namesIn (t: Test, archive: Buffer) {
  return (await extract(t, archive)).map(({ name }) => name)
}

/** Writes a number into every header of the kind, at an offset within it; widths of 2 and 4 bytes. */
function patch (archive: Buffer, kind: 'local' | 'central', offset: number, width: 2 | 4, value: number) {
  const signature = Buffer.from(kind === 'local' ? 'PK\x03\x04' : 'PK\x01\x02', 'latin1')
  for (let at = archive.indexOf(signature); at >= 0; at = archive.indexOf(signature, at + 4)) {
    archive.writeUIntLE(value, at + offset, width)
  }
  return archive
}

/** Renames entries to names no honest writer would give them; both names have the same length. */
function rename (archive: Buffer, from: string, to: string) {
  return Buffer.from(archive.toString('latin1').replaceAll(from, to), 'latin1')
}

t.test('histories come first and in order, whatever folder they are in', async (t) => {
  const cases: Array<[string, Entries, string[]]> = [
    ['one file', { 'user.json': '{}', 'conversations.json': '[]' }, ['conversations.json', 'user.json']],
    ['shards by number', { 'conversations-10.json': '', 'conversations-9.json': '', 'conversations-000.json': '' },
      ['conversations-000.json', 'conversations-9.json', 'conversations-10.json']],
    ['below a folder', { 'My export/users.json': '', 'My export/conversations.json': '' }, ['My export/conversations.json', 'My export/users.json']],
    ['in two folders', { 'a/conversations.json': '', 'b/conversations.json': '' }, ['a/conversations.json', 'b/conversations.json']],
    ['shadows ignored', { '__MACOSX/conversations.json': '', 'a/._conversations.json': '', '.x.json': '', 'conversations.json': '' }, ['conversations.json']],
    ['in hidden folders', { '.claude/projects/-srv/a.jsonl': '', './.codex/b.jsonl': '' }, ['.claude/projects/-srv/a.jsonl', './.codex/b.jsonl']],
    ['with design chats', { 'design_chats/d.json': '', 'conversations.json': '' }, ['conversations.json', 'design_chats/d.json']],
    ['oddly named', { 'ttl/30d/prod-grok-backend.json': '', 'chat-1.JSON': '', 'log.jsonl': '', 'table.csv': '', 'a.png': '', 'read.me': '' },
      ['ttl/30d/prod-grok-backend.json', 'chat-1.JSON', 'log.jsonl', 'table.csv']],
    ['without an ending, if it is JSON', { 'Bread v1.5 and more': ' {"a":1}', picture: '\x89PNG', 'notes v2.': 'words' }, ['Bread v1.5 and more']],
    ['pages, if they are activity', { 'My Activity.html': '<div class="outer-cell mdl-cell">', 'chat.html': '<html><body>' }, ['My Activity.html']],
    ['no history', { 'a.png': '', 'chat.md': '' }, []]
  ]
  for (const [name, entries, expected] of cases) t.strictSame(await namesIn(t, await zipOf(entries)), expected, name)
})

t.test('a folder is read like an archive of its files', async (t) => {
  const inner = await zipOf({ 'b.json': '{"b":1}' })
  const folder = t.testdir({ scratch: {}, other: {}, chats: { '.hidden': { 'c.jsonl': '{}' }, 'a.json': '[]', 'inner.zip': inner, 'notes.md': 'x', link: t.fixture('symlink', '..') } })
  const { files, unread } = await unpack(join(folder, 'chats'), join(folder, 'scratch'))
  t.strictSame(files.map(({ name, path }) => [name, readFileSync(path, 'utf8')]), [['.hidden/c.jsonl', '{}'], ['a.json', '[]'], ['inner.zip/b.json', '{"b":1}']])
  t.strictSame(unread, [])
  await t.rejects(unpack(join(folder, 'chats'), join(folder, 'other'), { ...archiveLimits, entries: 3 }), { code: 'IMPORT_TOO_LARGE' })
})

t.test('a manifest says in which order the history comes', async (t) => {
  const manifest = (files: unknown) => JSON.stringify({ version: 1, logical_files: { 'conversations.json': { files } } })
  const shards = { 'conversations-0.json': '', 'conversations-1.json': '', 'parts.json': '' }
  const historiesIn = async (entries: Entries) => (await extract(t, await zipOf(entries))).filter(({ isHistory }) => isHistory).map(({ name }) => name)
  const cases: Array<[string, Entries, string[]]> = [
    ['in its order, if they exist', { ...shards, 'export_manifest.json': manifest(['parts.json', 'gone.json', 'conversations-1.json']) },
      ['parts.json', 'conversations-1.json', 'conversations-0.json']],
    ['relative to it', { 'x/parts.json': '', 'parts.json': '', 'x/export_manifest.json': manifest(['parts.json']) }, ['x/parts.json']],
    ['unless it is broken', { ...shards, 'export_manifest.json': '{"logical_files":' }, ['conversations-0.json', 'conversations-1.json']],
    ['unless it lists nothing there is', { ...shards, 'export_manifest.json': manifest([7, null, '../../etc/passwd']) }, ['conversations-0.json', 'conversations-1.json']],
    ['unless it is of another kind', { ...shards, 'export_manifest.json': '[1]' }, ['conversations-0.json', 'conversations-1.json']]
  ]
  for (const [name, entries, expected] of cases) t.strictSame(await historiesIn(entries), expected, name)
})

t.test('archives in the archive are opened, four levels deep', async (t) => {
  const inner = await zipOf({ 'thread.json': '{"a":1}' })
  const outer = await zipOf({ 'one.zip': inner, 'two.ZIP': await zipOf({ 'deeper.zip': inner, 'conversations.json': '[]' }) })
  t.match(await extract(t, outer), [
    { name: 'two.ZIP/conversations.json', content: '[]', isHistory: true },
    { name: 'one.zip/thread.json', content: '{"a":1}', isHistory: false },
    { name: 'two.ZIP/deeper.zip/thread.json', content: '{"a":1}', isHistory: false }
  ])
  const five = await zipOf({ '4.zip': await zipOf({ '3.zip': await zipOf({ '2.zip': await zipOf({ '1.zip': inner, 'a.json': '1' }) }) }) })
  t.strictSame(await namesIn(t, five), ['4.zip/3.zip/2.zip/a.json'])
  t.strictSame(await unreadIn(t, five), ['4.zip/3.zip/2.zip/1.zip: It is an archive inside 4 others. Unpack it first'])
})

t.test('what is wrong with one entry is told, and the others are unpacked', async (t) => {
  const json = '{"a":1}'
  const damaged = (await zipOf({ 'x.json': json })).subarray(0, 40)
  const archive = await zipOf({ 'empty.zip': '', 'broken.zip': damaged, 'no.zip': 'words', 'old.7z': 'x', 'chat.html': '<p>', 'a.json': json })
  t.strictSame(await namesIn(t, archive), ['a.json'])
  t.strictSame(await unreadIn(t, archive), [
    'empty.zip: It is an archive of 0 bytes',
    'broken.zip: The archive cannot be read: it is damaged, or its download was not complete. Download it again',
    'no.zip: It is no archive, whatever its name says',
    'old.7z: It is an archive of a kind Parley does not open. Unpack it first',
    'chat.html: It is a web page, not the activity of Gemini'
  ])
})

t.test('tar and gzip are read like zip', async (t) => {
  const entries = { 'Takeout/a.json': '{"a":1}', 'Takeout/picture': '\x89PNG', 'Takeout/chat.html': '<p>', 'Takeout/inner.zip': await zipOf({ 'b.json': '[]' }), 'c.json': '[1]' }
  const expected = ['Takeout/a.json', 'Takeout/inner.zip/b.json', 'c.json']
  const tar = await tarOf(entries)
  t.strictSame(await namesIn(t, tar), expected)
  t.strictSame(await namesIn(t, gzipSync(tar)), expected, 'tgz')
  t.match(await extract(t, await zipOf({ 'a.tgz': gzipSync(tar), 'd.json.gz': gzipSync('{"d":1}') })), [
    { name: 'a.tgz/Takeout/a.json' }, { name: 'a.tgz/Takeout/inner.zip/b.json' }, { name: 'a.tgz/c.json' }, { name: 'd.json', content: '{"d":1}' }
  ])
  t.match(await extract(t, gzipSync('[2]')), [{ content: '[2]' }], 'gzip alone')
  for (const length of [10, 300, 600, tar.length - 1100]) {
    await t.rejects(extract(t, gzipSync(tar).subarray(0, 100 + length % 50)), { code: 'IMPORT_BAD_ARCHIVE' }, `gzip cut after ${length} bytes`)
  }
})

t.test('content comes out whole, under names of our own that only we can read', async (t) => {
  const large = Buffer.from(JSON.stringify(Array.from({ length: 60_000 }, (_, index) => ({ index, text: `line ${index * 7919}` }))))
  for (const options of [{ compress: true }, { compress: false }, { compress: true, forceZip64Format: true }]) {
    const [file] = await extract(t, await zipOf({ 'a/conversations.json': large }, options))
    t.ok(file !== undefined && large.equals(Buffer.from(file.content)), JSON.stringify(options))
    t.match(file?.path, /scratch.entry-\d+$/)
    t.equal(statSync(file?.path ?? '').mode & 0o777, 0o600)
  }
})

t.test('damaged and hostile archives are refused', async (t) => {
  const name = 'xx/conversations.json'
  const json = JSON.stringify([{ text: 'some text, some more text, and some text again' }])
  const packed = () => zipOf({ [name]: json })
  const stored = () => zipOf({ [name]: json }, { compress: false })
  const zip64 = () => zipOf({ [name]: json }, { forceZip64Format: true })
  const locator = async () => {
    const archive = await zip64()
    return { archive, at: archive.indexOf(Buffer.from('PK\x06\x07', 'latin1')) }
  }
  const cases: Record<string, () => Promise<Buffer>> = {
    'a parent folder': async () => rename(await packed(), name, '../conversations.json'),
    'a parent folder inside': async () => rename(await zipOf({ 'a/xx/conversations.json': json }), 'a/xx/', 'a/../'),
    'an absolute name': async () => rename(await packed(), name, '/x/conversations.json'),
    'a drive letter': async () => rename(await packed(), name, 'C:/conversations.json'),
    'a password': async () => patch(patch(await packed(), 'local', 6, 2, 1), 'central', 8, 2, 1),
    'strong encryption': async () => patch(await packed(), 'central', 8, 2, 0x41),
    'another compression method': async () => patch(await packed(), 'central', 10, 2, 12),
    'a size too small': async () => patch(await packed(), 'central', 24, 4, 5),
    'a size too large': async () => patch(await packed(), 'central', 24, 4, 5_000_000),
    'a packed size too small': async () => patch(await packed(), 'central', 20, 4, 5),
    'a packed size beyond the file': async () => patch(await packed(), 'central', 20, 4, 0x7fffffff),
    'a wrong checksum': async () => patch(await stored(), 'central', 16, 4, 1),
    'changed content': async () => rename(await stored(), 'some more', 'some less'),
    'a header beyond the file': async () => patch(await packed(), 'central', 42, 4, 0x7fffffff),
    'a broken local header': async () => rename(await packed(), 'PK\x03\x04', 'PK\x03\x05'),
    'a broken directory': async () => rename(await packed(), 'PK\x01\x02', 'PK\x01\x03'),
    'more entries than there are': async () => {
      const archive = await packed()
      archive.writeUInt16LE(9, archive.length - 12)
      return archive
    },
    'a zip64 record beyond all files': async () => {
      const { archive, at } = await locator()
      archive.writeBigUInt64LE(2n ** 63n, at + 8)
      return archive
    },
    'a zip64 directory beyond all files': async () => {
      const { archive } = await locator()
      archive.writeBigUInt64LE(2n ** 62n, archive.indexOf(Buffer.from('PK\x06\x06', 'latin1')) + 48)
      return archive
    },
    'nothing but a signature': async () => Buffer.from('PK\x03\x04', 'latin1'),
    'a damaged archive inside': async () => zipOf({ 'inner.zip': (await packed()).subarray(0, 60) })
  }
  for (const [what, make] of Object.entries(cases)) {
    await t.rejects(extract(t, await make()), { code: 'IMPORT_BAD_ARCHIVE', message: /^The archive cannot be read: / }, what)
  }
})

t.test('an archive cut off anywhere is refused', async (t) => {
  const archive = await zipOf({ 'conversations.json': '[{"a":1},{"a":1},{"a":1}]', 'user.json': '{}' })
  for (let length = 4; length < archive.length; length += 3) {
    await t.rejects(extract(t, archive.subarray(0, length)), { code: 'IMPORT_BAD_ARCHIVE' }, `after ${length} bytes`)
  }
})

t.test('a changed byte is refused or harmless, never anything else', async (t) => {
  const content = '[{"text":"one two three one two three"}]'
  const archive = await zipOf({ 'conversations.json': content })
  for (let at = 0; at < archive.length; at++) {
    const changed = Buffer.from(archive)
    changed.writeUInt8(changed.readUInt8(at) ^ 0xff, at)
    const outcome = await extract(t, changed).catch((error) => error)
    if (Array.isArray(outcome)) t.ok(outcome.every((file) => file.content === content), `byte ${at}`)
    else t.match(outcome, { code: /^IMPORT_(BAD_ARCHIVE|TOO_LARGE)$/ }, `byte ${at}`)
  }
})

t.test('archives that are too much are refused while they unpack', async (t) => {
  const limits = { ...archiveLimits, entries: 3, inflatedBytes: 10_000, ratio: 100, freeBytes: 1_000 }
  const spaces = ' '.repeat(9_000)
  const cases: Array<[string, Buffer, string]> = [
    ['too many entries', await zipOf({ a: '', b: '', c: '', d: '' }), 'IMPORT_TOO_LARGE'],
    ['too large in all', await zipOf({ 'a.json': spaces, 'b.json': spaces }, { compress: false }), 'IMPORT_TOO_LARGE'],
    ['too large with what is nested', await zipOf({ 'a.zip': await zipOf({ 'b.json': spaces }, { compress: false }) }, { compress: false }), 'IMPORT_TOO_LARGE'],
    ['growing too much', await zipOf({ 'a.json': spaces }), 'IMPORT_BAD_ARCHIVE']
  ]
  for (const [name, archive, code] of cases) await t.rejects(extract(t, archive, limits), { code }, name)
  t.equal((await extract(t, await zipOf({ 'a.json': spaces }, { compress: false }), limits)).length, 1, 'but not just below the limits')
})

t.test('numbers of shards count, not their spelling', async (t) => {
  const files = ['conversations-2.json', 'Conversations-1.JSON', 'conversations.json', 'conversations-x.json'].map((name) => ({ name }))
  t.strictSame(inReadingOrder(files, []).map(({ name }) => name), ['conversations.json', 'Conversations-1.JSON', 'conversations-2.json', 'conversations-x.json'])
})

t.test('backslashes in names are slashes', async (t) => {
  t.strictSame(await namesIn(t, rename(await zipOf({ 'xx/conversations.json': '[]' }), 'xx/conversations.json', 'xx\\conversations.json')), ['xx/conversations.json'])
})

t.test('a document of Office is named', async (t) => {
  await t.rejects(unpack(join(t.testdir({ 'a.docx': await zipOf({ '[Content_Types].xml': '', 'word/document.xml': '' }) }), 'a.docx'), t.testdirName), { code: 'IMPORT_NOT_A_HISTORY', message: /Office/ })
})
