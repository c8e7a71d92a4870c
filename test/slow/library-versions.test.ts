import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { build } from '../helper.js'
import { chatgptExport } from '../chatgpt-export.js'

/*
 * Older versions of LibreChat's client library, as forks and mobile programs still have them. The current one is tested in
 * test/interop. What does not work is in docs/librechat.md.
 */

/** What the test uses of a version. Their types differ in things that do not matter here. */
interface Library {
  dataService: Record<string, (...args: unknown[]) => Promise<unknown>>
  request: { post (path: string, body: object): Promise<unknown> }
  setTokenHeader (token: string | undefined): void
}

/** The calls of each version that Parley refuses, with the status. LibreChat 0.7 used other paths for them. */
const versions: Record<string, Record<string, number>> = {
  '0.8.501': {},
  '0.7.6998': { archiveConversation: 400, deleteConversation: 405, clearAllConversations: 405, genTitle: 405, searchConversations: 404 }
}

const folder = t.testdir({ 'package.json': '{ "private": true }' })
const packages = Object.keys(versions).map((version) => `library-${version}@npm:librechat-data-provider@${version}`)
await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--prefix', folder, ...packages, 'axios@1.21.1'])
const require = createRequire(join(folder, 'package.json'))
const axios: { defaults: { baseURL?: string } } = require('axios')

for (const [version, refused] of Object.entries(versions)) {
  t.test(`the library ${version} reads and organises a history`, async (t) => {
    const library: Library = require(`library-${version}`)
    const { dataService, request } = library
    const { server } = await build(t)
    axios.defaults.baseURL = await server.listen({ port: 0, host: '127.0.0.1' })
    t.teardown(() => library.setTokenHeader(undefined))

    /** The answer of a call, or the status with which this version's calls are refused. */
    const call = async (name: string, ...args: unknown[]) => {
      const answer = dataService[name]?.(...args) ?? Promise.reject(new Error(`There is no ${name}`))
      if (refused[name] === undefined) return await answer
      t.equal(await answer.catch(({ response }) => response?.status), refused[name], `${name} is refused`)
    }

    const account = { email: 'ada@example.test', name: 'Ada', username: 'ada', password: 'correct horse battery staple', confirm_password: 'correct horse battery staple' }
    await call('register', account)
    const { token } = Object(await call('login', { email: account.email, password: account.password }))
    library.setTokenHeader(token)
    t.match(await call('getUser'), { email: account.email })
    t.equal(await call('getSearchEnabled'), true)

    const form = new FormData()
    form.append('file', new Blob([chatgptExport([{ id: 'a', title: 'Bread', turns: ['How?', 'Mix.'] }])], { type: 'application/json' }), 'conversations.json')
    t.match(await call('importConversationsFile', form), { message: 'Conversation(s) imported successfully' })
    const conversationId = randomUUID()
    await request.post(`/api/messages/${conversationId}`, { messageId: 'm1', text: 'The platypus lays eggs', isCreatedByUser: true, sender: 'User', endpoint: 'openAI' })

    t.match(await call('getConversations', ''), { conversations: [{ conversationId }, { title: 'Bread' }] })
    t.match(await call('listConversations', { pageNumber: '1', order: 'desc' }), { conversations: [{ conversationId }, { title: 'Bread' }] })
    t.match(await call('updateConversation', { conversationId, title: 'Platypus' }), { title: 'Platypus' })
    t.match(await call('getConversationById', conversationId), { conversationId, title: 'Platypus' })
    t.match(await call('getMessagesByConvoId', conversationId), [{ messageId: 'm1' }])
    await call('updateMessage', { conversationId, messageId: 'm1', model: 'gpt-4o', text: 'It does' })
    t.match(await call('createConversationTag', { tag: 'animals', addToConversation: true, conversationId }), { tag: 'animals', count: 1 })
    t.match(await call('updateConversationTag', 'animals', { tag: 'beasts' }), { tag: 'beasts', count: 1 })
    t.strictSame(await call('addTagToConversation', conversationId, { tags: ['beasts', 'eggs'], tag: 'eggs' }), ['beasts', 'eggs'])
    t.match(await call('getConversationTags'), [{ tag: 'beasts' }, { tag: 'eggs' }])
    t.match(await call('forkConversation', { conversationId, messageId: 'm1', option: 'directPath', splitAtTarget: false, latestMessageId: 'm1' }), { messages: [{ text: 'It does' }] })
    t.match(await call('duplicateConversation', { conversationId }), { messages: [{ text: 'It does' }] })
    await call('genTitle', { conversationId })
    if (dataService.searchConversations) await call('searchConversations', 'platypus', '1')
    else t.match(await call('listMessages', { search: 'does' }), { messages: [{}] })
    await call('archiveConversation', { conversationId, isArchived: true })
    await call('deleteConversation', { conversationId, source: 'button' })
    await call('clearAllConversations')
  })
}
