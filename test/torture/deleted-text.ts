import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chatgptExport } from '../chatgpt-export.js'
import { type Client, importFile, signIn } from './client.js'
import { environment, startServer, until } from './program.js'
import type { Trial } from './trial.js'

/** Ways in which text goes, each with a word that only it has. */
const words = {
  message: 'xylophagous', edit: 'quixotically', title: 'sesquipedalian', conversation: 'borborygmus', import: 'tintinnabulation', account: 'defenestration'
}

/** Deletes text in every way on a server that is quiet afterwards: soon no word of it is in the file or its log. Tells how soon. */
export const deletedText: Trial = {
  counts: { full: 3, small: 1 },
  async run ({ count, folder }) {
    const path = join(folder, 'parley.db')
    const [env, log] = [environment(path), join(folder, 'log')]
    const files = [path, `${path}-wal`]
    const found = () => Object.values(words).filter((word) => files.some((file) => existsSync(file) && readFileSync(file).includes(word)))
    let slowest = 0
    for (let n = 0; n < count; n++) {
      const first = await startServer(env, { log })
      const conversation = randomUUID()
      await write(await signIn(first.url, `ada${n}`), conversation)
      const eve = await signIn(first.url, `eve${n}`)
      await eve.send('POST', `/api/messages/${randomUUID()}`, messageWith(words.account, 'account'))
      const imported = await importFile(await signIn(first.url, 'bob'), historyOf(n))
      if (imported.status !== 201) throw new Error(`The import was answered with ${imported.status}`)
      // After a stop everything is in the file itself.
      await first.end('SIGTERM')
      const missing = Object.keys(words).length - found().length
      if (missing > 0) throw new Error(`${missing} words are not in the file: this trial finds nothing`)

      const server = await startServer(env, { log })
      const ada = await signIn(server.url, `ada${n}`)
      await expect(ada.send('DELETE', `/api/messages/${conversation}/deleted`), 204)
      await expect(ada.send('PUT', `/api/messages/${conversation}/edited`, { text: 'another text' }), 200)
      await expect(ada.send('POST', '/api/convos/update', { conversationId: conversation, title: 'another title' }), 201)
      await expect(ada.send('DELETE', '/api/convos', { conversationId: await idOf(ada, 'a whole conversation') }), 201)
      await expect((await signIn(server.url, 'bob')).send('DELETE', '/api/convos/all'), 201)
      await expect((await signIn(server.url, `eve${n}`)).send('DELETE', '/api/user/delete'), 200)
      const seconds = await until(`no deleted word is in the files (${Object.values(words).join(', ')})`, () => found().length === 0)
      slowest = Math.max(slowest, seconds)
      await server.end('SIGKILL')
    }
    return `${count} times ${Object.keys(words).length} ways to delete text: all gone, after ${slowest.toFixed(1)} s at the latest`
  }
}

async function write (ada: Client, conversation: string) {
  await expect(ada.send('POST', `/api/messages/${conversation}`, messageWith(words.message, 'deleted')), 201)
  await expect(ada.send('POST', `/api/messages/${conversation}`, messageWith(words.edit, 'edited')), 201)
  await expect(ada.send('POST', '/api/convos/update', { conversationId: conversation, title: `About ${words.title}` }), 201)
  const whole = randomUUID()
  await expect(ada.send('POST', `/api/messages/${whole}`, messageWith(words.conversation, 'whole')), 201)
  await expect(ada.send('POST', '/api/convos/update', { conversationId: whole, title: 'a whole conversation' }), 201)
}

function messageWith (word: string, messageId: string) {
  return { messageId, text: `The ${word} of it `.repeat(50), isCreatedByUser: true }
}

function historyOf (n: number) {
  return chatgptExport(Array.from({ length: 50 }, (_, c) => ({ id: `${n}-${c}`, title: `A ${words.import}`, turns: [`Tell of ${words.import}`, words.import] })))
}

async function idOf (client: Client, title: string): Promise<string> {
  const { body } = await client.send('GET', '/api/convos?limit=100')
  const { conversations } = body as { conversations: Array<{ conversationId: string, title: string }> }
  return conversations.find((conversation) => conversation.title === title)?.conversationId ?? ''
}

async function expect (answer: Promise<{ status: number, body: unknown }>, status: number) {
  const given = await answer
  if (given.status !== status) throw new Error(`${given.status} instead of ${status}: ${JSON.stringify(given.body)}`)
}
