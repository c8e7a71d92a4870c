import t, { type Test } from 'tap'
import type { JsonObject } from '../../../src/formats/kit/draft.js'
import { build } from '../../helper.js'
import { importEntries } from '../../import-in-process.js'
import { exportsOf, type ToldChat } from '../../told-history.js'

/*
 * LibreChat's web client exports a conversation in one of several shapes, Parley as a tree. Both name it by the id that it has here.
 */

const ROOT = '00000000-0000-0000-0000-000000000000'
const [ONE, TWO, THREE, OTHER, LATER] = [1, 2, 3, 4, 5].map((n) => `d00d0000-0000-4000-8000-00000000000${n}`) as [string, string, string, string, string]
const CHAT = 'c0ffee00-0000-4000-8000-000000000001'

const told: ToldChat = {
  id: CHAT,
  title: 'Bread',
  changed: 1,
  messages: [
    { id: ONE, parent: null, text: 'How long does a sourdough rise?', isUser: true },
    { id: TWO, parent: ONE, text: 'Four hours' },
    { id: OTHER, parent: ONE, text: 'A night in the cold' },
    { id: THREE, parent: TWO, text: 'Thanks', isUser: true }
  ]
}

type Message = Record<'messageId' | 'parentMessageId' | 'text', string>

/** How the conversation came here. */
const ways: Record<string, (chat: Here) => Promise<unknown>> = {
  'made here': async ({ send }) => {
    for (const { id, parent, text, isUser = false } of told.messages) {
      await send('POST', `/api/messages/${CHAT}`, { messageId: id, parentMessageId: parent ?? ROOT, text, isCreatedByUser: isUser })
    }
    await send('POST', '/api/convos/update', { conversationId: CHAT, title: told.title })
  },
  ...Object.fromEntries(Object.entries(exportsOf).map(([source, entriesOf]) =>
    [`imported from ${source}`, (chat: Here) => chat.take(...entriesOf(told))]))
}

/** The conversation as a file, made of what the API returns as the web client makes it, or made by Parley. */
const exporters: Record<string, (chat: Here) => Promise<JsonObject>> = {
  'LibreChat, a tree of all branches': (chat) => fromClient(chat, true, true),
  'LibreChat, a list of all branches': (chat) => fromClient(chat, true, false),
  'LibreChat, a list of the branch that is seen': (chat) => fromClient(chat, false, false),
  Parley: async ({ get, only }) => get(`/api/convos/${(await only()).conversationId}/export?format=librechat`)
}

async function fromClient ({ get, only }: Here, branches: boolean, recursive: boolean): Promise<JsonObject> {
  const { conversationId, title } = await only()
  const all: Message[] = await get(`/api/messages/${conversationId}`)
  const seen: Message[] = []
  for (let last = all.at(-1); last; last = all.find(({ messageId }) => messageId === last?.parentMessageId)) seen.unshift(last)
  const tree = (parent: string): JsonObject[] => all.filter(({ parentMessageId }) => parentMessageId === parent)
    .map((message) => ({ ...message, _id: '65f', __v: 0, children: tree(message.messageId) }))
  const messages = recursive ? tree(ROOT) : branches ? all : seen
  const options = { presetId: null, model: 'gpt-4o', endpoint: 'openAI', title }
  return { conversationId, endpoint: 'openAI', title, exportAt: '10:31:15 GMT+0000', branches, recursive, options, messages }
}

type Here = Awaited<ReturnType<typeof setUp>>

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const get = async (url: string) => (await server.inject({ url, headers })).json()
  const send = async (method: 'POST' | 'DELETE', url: string, payload: object) => {
    const { statusCode, body } = await server.inject({ method, url, headers, payload })
    if (statusCode >= 300) throw new Error(body)
  }
  const take = (...entries: JsonObject[]) => importEntries(server.database.writer, 1, entries)
  const list = async (): Promise<Array<{ conversationId: string, title: string }>> => (await get('/api/convos')).conversations
  const only = async () => {
    const [first, ...more] = await list()
    if (!first || more.length > 0) throw new Error(`There are ${more.length + (first ? 1 : 0)} conversations instead of one`)
    return first
  }
  /** Texts by depth. */
  const outline = async () => {
    const all: Message[] = await get(`/api/messages/${(await only()).conversationId}`)
    const below = (parent: string, depth: number): string[] => all.filter(({ parentMessageId }) => parentMessageId === parent)
      .flatMap(({ messageId, text }) => [' '.repeat(depth) + text, ...below(messageId, depth + 1)])
    return below(ROOT, 0)
  }
  return { server, as, get, send, take, list, only, outline }
}

/** The file with one more message at its end, below a message of the file. */
function grown (file: JsonObject): JsonObject {
  const copy = structuredClone(file)
  const messages = copy.messages as JsonObject[]
  let last = messages.at(-1)
  while (Array.isArray(last?.children) && last.children.length > 0) last = last.children.at(-1) as JsonObject
  const message = { messageId: LATER, parentMessageId: last?.messageId ?? null, isCreatedByUser: false, sender: 'GPT-4o', text: 'You are welcome' }
  const siblings = copy.recursive === true ? last?.children as JsonObject[] : messages
  siblings.push(message)
  return copy
}

for (const [way, comesHere] of Object.entries(ways)) {
  for (const [exporter, exportChat] of Object.entries(exporters)) {
    t.test(`a conversation ${way} and its export by ${exporter} are one conversation`, async (t) => {
      const chat = await setUp(t)
      await comesHere(chat)
      const { conversationId } = await chat.only()
      const outline = await chat.outline()
      const file = await exportChat(chat)
      t.match(await chat.take(file), { imported: 0, updated: 0, unchanged: 1, failed: 0, messages: 0 })
      t.strictSame(await chat.outline(), outline)

      await chat.send('POST', '/api/convos/update', { conversationId, title: 'My bread' })
      t.match(await chat.take(file), { imported: 0, updated: 0, unchanged: 1, messages: 0 }, 'after it got another title here')
      t.match(await chat.only(), { conversationId, title: 'My bread' })

      t.match(await chat.take(grown(file)), { imported: 0, updated: 1, unchanged: 0, messages: 1 }, 'one that has grown brings its message')
      t.match(await chat.take(grown(file)), { imported: 0, updated: 0, unchanged: 1, messages: 0 })
      t.match(await chat.take(file), { imported: 0, updated: 0, unchanged: 1, messages: 0 }, 'the older file takes nothing back')
      t.match(await chat.only(), { conversationId, title: 'My bread' })
      t.same((await chat.outline()).map((line) => line.trim()).sort(), [...outline.map((line) => line.trim()), 'You are welcome'].sort())

      await chat.as('eve')
      t.match(await importEntries(chat.server.database.writer, 2, [file]), { imported: 1, unchanged: 0 }, 'for another account it is a new one')
      t.equal((await chat.outline()).length, outline.length + 1)
    })
  }
}

t.test('the export of a conversation that was deleted here', async (t) => {
  const deleted = async (comesHere: (chat: Here) => Promise<unknown>) => {
    const chat = await setUp(t)
    await comesHere(chat)
    const file = await exporters.Parley?.(chat) ?? {}
    await chat.send('DELETE', '/api/convos', { conversationId: (await chat.only()).conversationId })
    return { chat, file }
  }
  for (const [way, comesHere] of Object.entries(ways).filter(([way]) => way !== 'made here')) {
    const { chat, file } = await deleted(comesHere)
    for (const isSwept of [false, true]) {
      if (isSwept) await chat.server.housekeeping.idle()
      t.match(await chat.take(file), { imported: 0, skipped: 1, errors: [{ reason: /deleted/ }] }, `${way}: stays deleted`)
    }
    t.strictSame(await chat.list(), [])
    t.match(await importEntries(chat.server.database.writer, 1, [file], true), { imported: 1 }, `${way}: unless it is asked for`)
  }
  const { chat, file } = await deleted(ways['made here'] ?? (async () => {}))
  for (const isSwept of [false, true]) {
    if (isSwept) await chat.server.housekeeping.idle()
    t.match(await chat.take(file), isSwept ? { unchanged: 1 } : { imported: 1, skipped: 0 }, 'made here: comes back, because nothing of it was kept')
  }
  t.equal((await chat.outline()).length, told.messages.length)
})
