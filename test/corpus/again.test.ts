import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openImport } from '../../src/imports/read-file.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'
import { casesFolder } from './cases.js'

/*
 * The pairs of the cases: the first file, what its owner does here, the second file into the same account.
 */

interface Message { messageId: string, parentMessageId: string, text: string }

async function setUp (t: Test) {
  const { server, as } = await build(t)
  const headers = await as('ada')
  const get = async (url: string) => (await server.inject({ url, headers })).json()
  const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload: object) => server.inject({ method, url, headers, payload })
  const list = async (): Promise<Array<{ conversationId: string, title: string }>> => (await get('/api/convos?sortBy=title&sortDirection=asc')).conversations
  const first = async () => (await list())[0] ?? { conversationId: '', title: '' }
  const messages = async (): Promise<Message[]> => await get(`/api/messages/${(await first()).conversationId}`)
  const urlOf = async (text: string) => `/api/messages/${(await first()).conversationId}/${(await messages()).find((message) => message.text === text)?.messageId}`

  return {
    upload: async (file: string) => {
      const form = multipart([{ content: readFileSync(join(casesFolder, file), 'utf8'), filename: file }])
      return (await server.inject({ method: 'POST', url: '/api/convos/import', headers: { ...headers, ...form.headers }, payload: form.body })).json()
    },
    titles: async () => (await list()).map(({ title }) => title),
    rename: async (title: string) => send('POST', '/api/convos/update', { conversationId: (await first()).conversationId, title }),
    edit: async (text: string, edited: string) => send('PUT', await urlOf(text), { text: edited }),
    remove: async (text: string) => send('DELETE', await urlOf(text), {}),
    found: async (words: string): Promise<number> => (await get(`/api/messages?search=${encodeURIComponent(words)}`)).messages.length,
    /** The texts of the first conversation, each behind the text of its parent. */
    tree: async () => {
      const all = await messages()
      return all.map(({ text, parentMessageId }) => `${all.find(({ messageId }) => messageId === parentMessageId)?.text ?? ''} > ${text}`)
    }
  }
}

if (!existsSync(casesFolder)) {
  t.pass('the cases are absent: ../shared/cases')
} else {
  t.test('chatgpt-unfinished', async (t) => {
    const { upload, tree, found } = await setUp(t)
    await upload('again/chatgpt-unfinished.v1.json')
    t.match(await upload('again/chatgpt-unfinished.v2.json'), { updated: 1, imported: 0 })
    const expected = [
      ' > Question one', 'Question one > Half an answer, now complete with giraffeword', 'Half an answer, now complete with giraffeword > Question two',
      'Question two > Answer two', 'Question one > Another answer', 'Another answer > Follow up on branch'
    ]
    t.strictSame((await tree()).toSorted(), expected.toSorted())
    t.strictSame([await found('giraffeword'), await found('"Half an ans"')], [1, 0])
    t.match(await upload('again/chatgpt-unfinished.v2.json'), { unchanged: 1 })
    await upload('again/chatgpt-unfinished.v1.json')
    t.strictSame((await tree()).toSorted(), expected.toSorted(), 'an older export undoes nothing')
  })

  t.test('openwebui-edited', async (t) => {
    const { upload, tree, found } = await setUp(t)
    await upload('again/openwebui-edited.v1.json')
    await upload('again/openwebui-edited.v2.json')
    t.strictSame(await tree(), [' > Hi', 'Hi > Right fact okapiword'])
    t.strictSame([await found('okapiword'), await found('"Wrong fact"')], [1, 0])
  })

  t.test('openwebui-edited, edited here between', async (t) => {
    const { upload, tree, edit } = await setUp(t)
    await upload('again/openwebui-edited.v1.json')
    await edit('Wrong fact', 'My fact')
    await upload('again/openwebui-edited.v2.json')
    t.strictSame(await tree(), [' > Hi', 'Hi > My fact'])
  })

  t.test('chatgpt-deleted', async (t) => {
    const { upload, tree, remove } = await setUp(t)
    await upload('again/chatgpt-deleted.v1.json')
    await remove('my secret number')
    await upload('again/chatgpt-deleted.v2.json')
    t.strictSame(await tree(), [' > Q1', 'Q1 > A1', 'A1 > Reply below the deleted one', 'Reply below the deleted one > other'])
  })

  t.test('chatgpt-title', async (t) => {
    const { upload, titles } = await setUp(t)
    await upload('again/chatgpt-title.v1.json')
    await upload('again/chatgpt-title.v2.json')
    t.strictSame(await titles(), ['Sourdough starter'])
  })

  t.test('chatgpt-title, renamed here between', async (t) => {
    const { upload, titles, rename } = await setUp(t)
    await upload('again/chatgpt-title.v1.json')
    await rename('My bread')
    await upload('again/chatgpt-title.v2.json')
    t.strictSame(await titles(), ['My bread'])
  })

  t.test('takeout-window', async (t) => {
    const { upload, titles, tree } = await setUp(t)
    await upload('again/takeout-window.v1.json')
    await upload('again/takeout-window.v2.json')
    t.equal((await titles()).length, 1)
    t.strictSame((await tree()).map((line) => line.split(' > ')[1]), ['one', 'one answer', 'two', 'two answer', 'three', 'three answer', 'four', 'four answer'])
  })

  t.test('two-sources', async (t) => {
    const { upload, titles } = await setUp(t)
    await upload('again/two-sources.v1.json')
    t.match(await upload('again/two-sources.v2.json'), { imported: 0, unchanged: 1 })
    t.strictSame(await titles(), ['Bread'])
  })

  t.test('counter-a, then counter-b', async (t) => {
    const { upload, titles } = await setUp(t)
    await upload('generic/counter-a.json')
    t.match(await upload('generic/counter-b.json'), { imported: 1 })
    t.strictSame(await titles(), ['Bread', 'Cars'])
  })

  t.test('day-dates, twice', async (t) => {
    const { upload } = await setUp(t)
    t.match(await upload('generic/day-dates.json'), { imported: 2 })
    t.match(await upload('generic/day-dates.json'), { imported: 0, unchanged: 2, messages: 0 })
  })

  t.test('two chats, the first with 36 MiB of pictures', async (t) => {
    const picture = `data:image/png;base64,${'QUJD'.repeat(3 * 2 ** 20)}`
    const chat = (id: string, files: object[]) => ({
      id,
      title: id,
      chat: {
        title: id,
        history: {
          messages: {
            a: { id: 'a', parentId: null, childrenIds: ['b'], role: 'user', content: `Look ${id}`, files, timestamp: 1_767_225_600 },
            b: { id: 'b', parentId: 'a', childrenIds: [], role: 'assistant', content: 'Nice', timestamp: 1_767_225_601 }
          }
        }
      }
    })
    const path = join(t.testdir({ 'chats.json': JSON.stringify([chat('One', Array(3).fill({ type: 'image', url: picture })), chat('Two', [])]) }), 'chats.json')
    const reader = await openImport(path, { scratchDirectory: join(path, '..'), now: Date.now() })
    const texts = [...reader.entries()].map((entry) => entry.kind === 'conversation' ? entry.conversation.messages.map(({ body }) => body.text) : entry.reason)
    t.strictSame(texts, [['Look One\n\n[image]\n[image]\n[image]', 'Nice'], ['Look Two', 'Nice']])
  })
}
