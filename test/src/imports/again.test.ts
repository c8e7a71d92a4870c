import t, { type Test } from 'tap'
import type { JsonObject } from '../../../src/formats/kit/draft.js'
import type { ImportReport } from '../../../src/imports/report.js'
import { build } from '../../helper.js'
import { importEntries } from '../../import-in-process.js'
import { exportsOf, type ToldChat } from '../../told-history.js'

const CHAT = 'c0ffee00-0000-4000-8000-000000000001'
const [Q1, A1, Q2, A2, A3, Q3] = [1, 2, 3, 4, 5, 6].map((n) => `d00d0000-0000-4000-8000-00000000000${n}`) as [string, string, string, string, string, string]

const question = { id: Q1, parent: null, text: 'Question one', isUser: true }
const answer = { id: A1, parent: Q1, text: 'Answer one' }
const followUp = { id: Q2, parent: A1, text: 'Question two', isUser: true }
const last = { id: A2, parent: Q2, text: 'Answer two' }

const first: ToldChat = { id: CHAT, title: 'Bread', changed: 1, messages: [question, answer, followUp, last] }

/** Texts by depth: what hangs below a text stands indented under it. */
type Outline = string[]

interface Scenario {
  /** The chat at the first import. */
  before?: ToldChat
  /** What its owner does here between both. */
  here?: (chat: Here) => Promise<unknown>
  /** The chat at the second import. */
  after: ToldChat
  counts: Partial<ImportReport>
  outline: Outline
  title?: string
}

const unchangedOutline = ['Question one', ' Answer one', '  Question two', '   Answer two']

const scenarios: Record<string, Scenario> = {
  'an answer that was finished at the source takes the whole text': {
    before: { ...first, messages: [question, answer, followUp, { ...last, text: 'Half an ans', unfinished: true }] },
    after: { ...first, changed: 2, messages: [question, answer, followUp, { ...last, text: 'Half an answer, now whole' }] },
    counts: { updated: 1, messages: 0 },
    outline: ['Question one', ' Answer one', '  Question two', '   Half an answer, now whole']
  },
  'a text that was edited at the source is taken': {
    after: { ...first, changed: 2, messages: [question, { ...answer, text: 'Another answer one' }, followUp, last] },
    counts: { updated: 1, messages: 0 },
    outline: ['Question one', ' Another answer one', '  Question two', '   Answer two']
  },
  'a text that was edited here stays, whatever the source says': {
    here: (chat) => chat.edit('Answer one', 'My own answer'),
    after: { ...first, changed: 2, messages: [question, { ...answer, text: 'Another answer one' }, followUp, last] },
    counts: { updated: 0, unchanged: 1, messages: 0 },
    outline: ['Question one', ' My own answer', '  Question two', '   Answer two']
  },
  'a message that was deleted here stays away, and what is new below it hangs on what is above': {
    here: async (chat) => {
      await chat.remove('Answer two')
      await chat.remove('Question two')
    },
    after: { ...first, changed: 2, messages: [...first.messages, { id: Q3, parent: A2, text: 'Question three', isUser: true }, { id: A3, parent: Q3, text: 'Answer three' }] },
    counts: { updated: 1, messages: 2 },
    outline: ['Question one', ' Answer one', '  Question three', '   Answer three']
  },
  'a title that was given here stays': {
    here: (chat) => chat.rename('Mine'),
    after: { ...first, title: 'Sourdough', changed: 2 },
    counts: { updated: 0, unchanged: 1, messages: 0 },
    outline: unchangedOutline,
    title: 'Mine'
  },
  'a title nobody touched here follows the source': {
    after: { ...first, title: 'Sourdough', changed: 2 },
    counts: { updated: 1, messages: 0 },
    outline: unchangedOutline,
    title: 'Sourdough'
  },
  'a branch that came at the source is added beside the first': {
    after: { ...first, changed: 2, messages: [...first.messages, { id: Q3, parent: A1, text: 'Other question', isUser: true }, { id: A3, parent: Q3, text: 'Other answer' }] },
    counts: { updated: 1, messages: 2 },
    outline: ['Question one', ' Answer one', '  Question two', '   Answer two', '  Other question', '   Other answer']
  },
  'a message that is gone at the source stays here': {
    after: { ...first, changed: 2, messages: [question, answer] },
    counts: { updated: 0, unchanged: 1, messages: 0 },
    outline: unchangedOutline
  },
  'a rating given here stays beside the text of the source': {
    here: (chat) => chat.rate('Answer one'),
    after: { ...first, changed: 2, messages: [question, { ...answer, text: 'Another answer one' }, followUp, last] },
    counts: { updated: 1, messages: 0 },
    outline: ['Question one', ' Another answer one +', '  Question two', '   Answer two']
  }
}

type Here = Awaited<ReturnType<typeof setUp>>

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const { writer, reader } = server.database
  const userNo = Number(reader.$client.prepare('SELECT no FROM users').pluck().get())

  const get = async (url: string) => (await server.inject({ url, headers })).json()
  async function send (method: 'POST' | 'PUT' | 'DELETE', url: string, payload: object) {
    const { statusCode, body } = await server.inject({ method, url, headers, payload })
    if (statusCode >= 300) throw new Error(body)
  }
  async function conversation (): Promise<{ conversationId: string, title: string, messageCount: number }> {
    const { conversations } = await get('/api/convos')
    if (conversations.length !== 1) throw new Error(`There are ${conversations.length} conversations instead of one`)
    return await get(`/api/convos/${conversations[0].conversationId}`)
  }
  async function messages (): Promise<Array<{ messageId: string, parentMessageId: string, text: string, feedback?: object }>> {
    return await get(`/api/messages/${(await conversation()).conversationId}`)
  }
  async function urlOf (text: string) {
    const message = (await messages()).find((message) => message.text === text)
    return `/api/messages/${(await conversation()).conversationId}/${message?.messageId}`
  }
  return {
    import: (entries: JsonObject[]) => importEntries(writer, userNo, entries),
    conversation,
    edit: async (text: string, edited: string) => send('PUT', await urlOf(text), { text: edited }),
    rate: async (text: string) => send('PUT', `${await urlOf(text)}/feedback`, { feedback: { rating: 'thumbsUp', tag: 'accurate_reliable' } }),
    remove: async (text: string) => send('DELETE', await urlOf(text), {}),
    /** Deletes everything, and waits for the sweep. */
    removeAll: async () => {
      await send('DELETE', '/api/convos/all', {})
      server.housekeeping.schedule()
      await server.housekeeping.idle()
    },
    /** What is stored, byte for byte. */
    file: () => server.database.reader.$client.serialize(),
    rename: async (title: string) => send('POST', '/api/convos/update', { conversationId: (await conversation()).conversationId, title }),
    found: async (words: string): Promise<number> => (await get(`/api/messages?search=${encodeURIComponent(words)}`)).messages.length,
    outline: async () => {
      const all = await messages()
      const below = (parent: string, depth: number): string[] => all.filter((message) => message.parentMessageId === parent)
        .flatMap(({ messageId, text, feedback }) => [' '.repeat(depth) + text + (feedback ? ' +' : ''), ...below(messageId, depth + 1)])
      return below('00000000-0000-0000-0000-000000000000', 0)
    }
  }
}

for (const [source, entriesOf] of Object.entries(exportsOf)) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    t.test(`${source}: ${name}`, async (t) => {
      const { before = first, here, after, counts, outline, title = 'Bread' } = scenario
      const chat = await setUp(t)
      t.match(await chat.import(entriesOf(before)), { imported: 1, messages: 4 })
      await here?.(chat)
      t.match(await chat.import(entriesOf(after)), { failed: 0, imported: 0, skipped: 0, ...counts })
      t.strictSame(await chat.outline(), outline)
      t.match(await chat.conversation(), { title, messageCount: outline.length })
      const afterwards = { failed: 0, imported: 0, updated: 0, unchanged: 1, messages: 0 }
      t.match(await chat.import(entriesOf(after)), afterwards, 'the same export again changes nothing')
      t.match(await chat.import(entriesOf(before)), afterwards, 'nor does the older one')
      t.strictSame(await chat.outline(), outline)
      t.match(await chat.conversation(), { title })
    })
  }

  t.test(`${source}: a search finds the new text and no longer the old one`, async (t) => {
    const chat = await setUp(t)
    await chat.import(entriesOf(first))
    const changed = { ...first, changed: 2, messages: [question, { ...answer, text: 'A giraffe' }, followUp, last] }
    await chat.import(entriesOf(changed))
    t.strictSame([await chat.found('giraffe'), await chat.found('"answer one"')], [1, 0])
  })
}

for (const source of ['chatgpt', 'claude']) {
  t.test(`${source}: a conversation whose texts or title alone were replaced was changed when its source says`, async (t) => {
    const chat = await setUp(t)
    const entriesOf = exportsOf[source] ?? (() => [])
    const otherText = { ...first, changed: 2, messages: [question, { ...answer, text: 'Another answer one' }, followUp, last] }
    for (const [told, updatedAt] of [
      [first, '2026-01-01T10:30:15.000Z'],
      [otherText, '2026-01-01T11:30:15.000Z'],
      [{ ...otherText, title: 'Sourdough', changed: 3 }, '2026-01-01T12:30:15.000Z'],
      [first, '2026-01-01T12:30:15.000Z']
    ] as const) {
      await chat.import(entriesOf(told))
      t.match(await chat.conversation(), { updatedAt })
    }
  })
}

t.test('a title that was replaced or deleted here is kept nowhere', async (t) => {
  for (const away of [(chat: Here) => chat.rename('Mine'), (chat: Here) => chat.removeAll()]) {
    const chat = await setUp(t)
    await chat.import(exportsOf.chatgpt?.({ ...first, title: 'Xylophagous' }) ?? [])
    t.ok(chat.file().includes('Xylophagous'))
    await away(chat)
    t.notOk(chat.file().includes('Xylophagous'))
  }
})

t.test('activities of which the source deleted the oldest meanwhile are the same chat', async (t) => {
  const chat = await setUp(t)
  const activity = (title: string, minute: number) => ({
    header: 'Gemini Apps', title: `Prompted ${title}`, time: `2026-05-02T10:${minute}:07.123Z`, products: ['Gemini Apps'], safeHtmlItem: [{ html: `<p>${title} answer</p>` }]
  })
  const [one, two, three, four] = [activity('one', 10), activity('two', 15), activity('three', 20), activity('four', 25)]
  t.match(await chat.import([three, two, one]), { imported: 1, messages: 6 })
  t.match(await chat.import([four, three, two]), { imported: 0, updated: 1, messages: 2 })
  t.match(await chat.import([four, three, two]), { unchanged: 1, messages: 0 })
  t.match(await chat.import([three, two, one]), { unchanged: 1, messages: 0 })
  t.match(await chat.conversation(), { messageCount: 8, title: 'one' })
  t.strictSame((await chat.outline()).map((line) => line.trim()), ['one', 'one answer', 'two', 'two answer', 'three', 'three answer', 'four', 'four answer'])
})

t.test('an export of a conversation that was made here is that conversation', async (t) => {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const { writer } = server.database
  const conversationId = 'c0ffee00-0000-4000-8000-000000000009'
  const send = (method: 'POST' | 'DELETE', url: string, payload: object) => server.inject({ method, url, headers, payload })
  await send('POST', `/api/messages/${conversationId}`, { messageId: 'one', text: 'Made here', isCreatedByUser: true })
  await send('POST', `/api/messages/${conversationId}`, { messageId: 'two', parentMessageId: 'one', text: 'Answered here' })
  await send('POST', `/api/messages/${conversationId}`, { messageId: 'three', parentMessageId: 'two', text: 'Deleted here', isCreatedByUser: true })
  const entry = {
    conversationId,
    title: 'Exported',
    endpoint: 'openAI',
    messages: [
      { messageId: 'one', parentMessageId: null, isCreatedByUser: true, text: 'Made here, another text' },
      { messageId: 'two', parentMessageId: 'one', isCreatedByUser: false, text: 'Answered here' },
      { messageId: 'three', parentMessageId: 'two', isCreatedByUser: true, text: 'Deleted here' }
    ]
  }
  await send('DELETE', `/api/messages/${conversationId}/three`, {})
  t.match(await importEntries(writer, 1, [entry]), { unchanged: 1, imported: 0, messages: 0 })

  const grown = { ...entry, messages: [...entry.messages, { messageId: 'four', parentMessageId: 'two', isCreatedByUser: true, text: 'Said elsewhere' }] }
  t.match(await importEntries(writer, 1, [grown]), { updated: 1, imported: 0, messages: 1 })
  t.match(await importEntries(writer, 1, [grown]), { unchanged: 1, messages: 0 })
  const messages: Array<{ text: string }> = (await server.inject({ url: `/api/messages/${conversationId}`, headers })).json()
  t.strictSame(messages.map(({ text }) => text), ['Made here', 'Answered here', 'Said elsewhere'])
  t.match((await server.inject({ url: '/api/convos', headers })).json(), { conversations: [{ conversationId, title: 'New Chat' }] })

  await as('eve')
  t.match(await importEntries(writer, 2, [grown]), { imported: 1, messages: 4 }, 'for somebody else it is a new one')
})
