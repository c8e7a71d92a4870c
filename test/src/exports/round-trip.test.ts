import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { accountById } from '../../../src/accounts/user-queries.js'
import { archiveConversation, deleteConversation, pinConversation, renameConversation } from '../../../src/conversations/commands.js'
import type { ImportEntry, JsonObject } from '../../../src/formats/kit/draft.js'
import type { ExportFormat } from '../../../src/formats/kit/export-format.js'
import { librechatExport } from '../../../src/formats/librechat/write.js'
import { openWebUiExport } from '../../../src/formats/openwebui/write.js'
import { parleyExport } from '../../../src/formats/parley/write.js'
import { objectOf, objectsOf } from '../../../src/formats/kit/json-value.js'
import { editMessage, rateMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { packageRoot } from '../../../src/paths.js'
import { build } from '../../helper.js'
import { importEntries, importFound } from '../../import-in-process.js'
import { entriesIn } from '../formats/outline.js'
import { entriesOf, exported, parleyLines } from './exported.js'

/*
 * What an export writes, the importer gives back: every bit of it for Parley's own format, equal trees for the formats of others.
 */

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const { reader, writer } = server.database
  const account = async (name: string) => {
    await as(name)
    return accountById(reader, name)?.no ?? 0
  }
  return { server, reader, writer, account }
}

const fixtures = join(packageRoot, 'test/fixtures/imports')

/** Everything in the fixtures of imports, of every service but those that are left out. */
async function fixtureEntries (t: Test, except?: string): Promise<ImportEntry[]> {
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:json|jsonl|csv|html)$/.test(file) && file.split(sep)[0] !== except).sort()
  const entries: ImportEntry[] = []
  for (const file of files) entries.push(...(await entriesIn(t, join(fixtures, file))).entries)
  return entries
}

t.test('what every service exports comes through Parley\'s own format with every bit', async (t) => {
  const { reader, writer, account } = await setUp(t)
  const [first, second] = [await account('first'), await account('second')]
  await importFound(writer, first, await fixtureEntries(t))
  const lines = parleyLines(reader, first)
  const entries = entriesOf(lines)
  t.ok(entries.length > 50)
  const report = await importEntries(writer, second, entries)
  t.match(report, { imported: entries.length, failed: 0, skipped: 0 })
  t.equal(parleyLines(reader, second), lines, 'the same bytes')
  t.match(await importEntries(writer, second, entries), { imported: 0, updated: 0, unchanged: entries.length, messages: 0 }, 'and once more nothing changes')
  t.equal(parleyLines(reader, second), lines)
})

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '')
const part = fc.oneof(
  text.map((text) => ({ type: 'text', text })),
  text.map((think) => ({ type: 'think', think })),
  fc.record({ name: word, args: text, output: text }).map((call) => ({ type: 'tool_call', tool_call: { ...call, type: 'tool_call', progress: 1 } }))
)

/** A conversation as its owner makes it: messages with the number of the one they answer, and what is done to it. */
const story = fc.record({
  title: word,
  tags: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
  pinned: fc.boolean(),
  isArchived: fc.boolean(),
  messages: fc.array(fc.record({
    answers: fc.nat(20),
    text,
    content: fc.option(fc.array(part, { maxLength: 3 }), { nil: undefined }),
    isCreatedByUser: fc.boolean(),
    model: fc.option(word, { nil: undefined }),
    metadata: fc.option(fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)), { maxKeys: 3 }), { nil: undefined }),
    isRated: fc.boolean(),
    isEdited: fc.boolean()
  }), { minLength: 1, maxLength: 8 })
})
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never

let ids = 0
const uuid = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`

async function tell ({ writer }: Awaited<ReturnType<typeof setUp>>, userNo: number, { title, tags, pinned, isArchived, messages }: Story) {
  const conversationId = uuid()
  const now = Date.parse('2026-03-01T10:00:00Z') + ids
  const known: string[] = []
  for (const { answers, isRated, isEdited, ...fields } of messages) {
    const messageId = uuid()
    const parentMessageId = known[answers % (known.length + 1)] ?? null
    const { content, model, metadata, ...plain } = fields
    const message = { ...plain, messageId, parentMessageId, ...(content && { content }), ...(model !== undefined && { model }), ...(metadata && { metadata }) }
    await saveMessage(writer, { userNo, conversationId, message, now })
    known.push(messageId)
    const of = { userNo, conversationId, messageId, now }
    if (isRated) await rateMessage(writer, { ...of, feedback: { rating: 'thumbsDown', text: 'No' } })
    if (isEdited && !content) await editMessage(writer, { ...of, edit: { text: 'Edited here' } })
  }
  await renameConversation(writer, { userNo, conversationId, title, now })
  await setConversationTags(writer, { userNo, conversationId, tags, now })
  if (pinned) await pinConversation(writer, { userNo, conversationId, pinned })
  if (isArchived) await archiveConversation(writer, { userNo, conversationId, isArchived, now: now + 5 })
  return conversationId
}

t.test('whatever is written here comes through Parley\'s own format with every bit', async (t) => {
  const scene = await setUp(t)
  await fc.assert(fc.asyncProperty(fc.array(story, { maxLength: 4 }), async (stories) => {
    const [first, second] = [await scene.account(uuid()), await scene.account(uuid())]
    for (const each of stories) await tell(scene, first, each)
    const lines = parleyLines(scene.reader, first)
    await importEntries(scene.writer, second, entriesOf(lines))
    if (parleyLines(scene.reader, second) !== lines) throw new Error(`${lines}\nbecame\n${parleyLines(scene.reader, second)}`)
  }), { numRuns: 25 })
  t.pass()
})

t.test('the manifest counts what is there', async (t) => {
  const scene = await setUp(t)
  const no = await scene.account('ada')
  await tell(scene, no, { title: 'Bread', tags: [], pinned: false, isArchived: false, messages: [{ answers: 0, text: 'Hello', content: undefined, isCreatedByUser: true, model: undefined, metadata: undefined, isRated: false, isEdited: false }] })
  const files = exported(scene.reader, no, parleyExport)
  const lines = Buffer.from(files.get('conversations.ndjson') ?? '')
  t.strictSame(JSON.parse(files.get('manifest.json') ?? ''), {
    format: 'parley',
    version: 1,
    conversations: 1,
    messages: 1,
    lines: 1,
    files: { 'conversations.ndjson': { bytes: lines.length, sha256: createHash('sha256').update(lines).digest('hex') } }
  })
})

t.test('a conversation that was deleted here comes back from Parley\'s own export, and ids that are taken are not taken twice', async (t) => {
  const scene = await setUp(t)
  const { reader, writer } = scene
  const no = await scene.account('ada')
  const message = { answers: 0, text: 'Hello', content: undefined, isCreatedByUser: true, model: undefined, metadata: undefined, isRated: false, isEdited: false }
  const conversationId = await tell(scene, no, { title: 'Bread', tags: ['kitchen'], pinned: true, isArchived: false, messages: [message, message] })
  const lines = parleyLines(reader, no)
  await deleteConversation(writer, { userNo: no, conversationId, now: Date.now() })
  t.equal(parleyLines(reader, no), '')
  t.match(await importEntries(writer, no, entriesOf(lines)), { imported: 1 })
  t.equal(parleyLines(reader, no), lines)

  const [entry] = entriesOf(lines)
  const other = { ...entry, origin: { source: 'claude', sourceId: 'other', fingerprint: '', title: null, versionAt: null, contentHash: null } }
  const stranger = await scene.account('eve')
  t.match(await importEntries(writer, stranger, [entry, other]), { imported: 2 })
  const found = entriesOf(parleyLines(reader, stranger)).map(({ conversationId }) => conversationId)
  t.equal(new Set(found).size, 2)
  t.ok(found.includes(conversationId))
})

t.test('a line that Parley would not have written is refused by itself', async (t) => {
  const scene = await setUp(t)
  const no = await scene.account('ada')
  const message = { messageId: 'm1', parentMessageId: null, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', text: 'Hello', isCreatedByUser: true }
  const sound = { parley: 1, conversationId: 'c1', title: 'Bread', createdAt: message.createdAt, updatedAt: message.updatedAt, messages: [message] }
  const broken: JsonObject[] = [
    { ...sound, parley: 2 },
    { ...sound, createdAt: 'yesterday' },
    { ...sound, messages: [{ ...message, messageId: '../m' }] },
    { ...sound, messages: [message, message] },
    { ...sound, messages: [{ ...message, parentMessageId: 'm2' }, { ...message, messageId: 'm2' }] },
    { ...sound, messages: [{ ...message, updatedAt: null }] },
    { ...sound, conversationId: '\u0000' }
  ]
  t.match(await importEntries(scene.writer, no, [...broken, sound]), { imported: 1, failed: broken.length })
  t.match(entriesOf(parleyLines(scene.reader, no)), [{ conversationId: 'c1', messages: [{ messageId: 'm1', text: 'Hello', sender: 'User', unfinished: false }] }])
})

/** A conversation without ids, for comparing: each message with its answers below it. */
interface Told { title: string, tags: string[], pinned: boolean, isArchived: boolean, prompt: unknown, messages: ToldNode[] }
interface ToldNode { [member: string]: unknown, answers: ToldNode[] }

function treesOf (lines: string, view: (message: JsonObject) => JsonObject): Told[] {
  return entriesOf(lines).map(({ title, tags, pinned, isArchived, settings, messages }) => {
    const nodes = new Map<string, ToldNode>()
    const roots: ToldNode[] = []
    for (const message of messages) {
      const node = { ...view(message), answers: [] }
      nodes.set(message.messageId, node)
      const siblings = nodes.get(message.parentMessageId)?.answers ?? roots
      siblings.push(node)
    }
    return { title, tags: tags.toSorted(), pinned, isArchived, prompt: settings.promptPrefix, messages: withoutEmpty(roots) }
  })
}

/** What LibreChat's shape keeps of a message. */
function likeLibreChat ({ createdAt, updatedAt, sender, isCreatedByUser, text, content, feedback, metadata, unfinished, error }: JsonObject): JsonObject {
  return { createdAt, updatedAt, sender, isCreatedByUser, text, content, feedback, metadata, unfinished, error }
}

/** What Open WebUI's keeps: what is seen, by whom, when. Parts that it has no place for become words in brackets. */
function likeOpenWebUi ({ createdAt, isCreatedByUser, text, content }: JsonObject): JsonObject {
  const parts = objectsOf(content).filter(({ type }) => type === 'text').map(({ text }) => typeof text === 'string' ? text : objectOf(text).value)
  const seen = Array.isArray(content) ? parts.join('\n') : String(text)
  return { createdAt, isCreatedByUser, text: seen.replace(/\[(?:image_file|agent_update|file)[^\]]*\]/g, '').replace(/\s+/g, ' ').trim() }
}

/** A message that shows nothing and that nobody answered is not imported from Open WebUI. */
function withoutEmpty (nodes: ToldNode[]): ToldNode[] {
  return nodes.map((node): ToldNode => ({ ...node, answers: withoutEmpty(node.answers) })).filter(({ text, answers }) => text !== '' || answers.length > 0)
}

const others: Array<{ format: ExportFormat, view: (message: JsonObject) => JsonObject, entries: (files: Map<string, string>) => JsonObject[] }> = [
  { format: librechatExport, view: likeLibreChat, entries: (files) => [...files.values()].map((file) => JSON.parse(file)) },
  { format: openWebUiExport, view: likeOpenWebUi, entries: (files) => JSON.parse(files.get('') ?? '[]') }
]

for (const { format, view, entries } of others) {
  t.test(`trees come back from ${format.name}`, async (t) => {
    const { reader, writer, account } = await setUp(t)
    const [first, second] = [await account('first'), await account('second')]
    // One of Parley's own has an answer that is older than its question, which the others would mend.
    await importFound(writer, first, await fixtureEntries(t, 'parley'))
    const written = entries(exported(reader, first, format))
    t.match(await importEntries(writer, second, written), { imported: written.length, failed: 0 })
    const byTitle = (a: Told, b: Told) => a.title < b.title ? -1 : a.title > b.title ? 1 : JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
    const [before, after] = [parleyLines(reader, first), parleyLines(reader, second)].map((lines) => treesOf(lines, view).sort(byTitle))
    t.strictSame(after, before)
  })
}
