import { randomUUID } from 'node:crypto'
import {
  dataService, request, setTokenHeader, tConversationSchema, tConversationTagSchema, tMessageSchema, type TConversation, type TUser
} from 'librechat-data-provider'
import t, { type Test } from 'tap'
import { account, connectLibrary, say, signUp, startConversation, statusOf } from './client.js'

/** Checks a value by the library's own schema, which is where its types come from. */
function fits (t: Test, schema: { safeParse (value: unknown): { success: boolean, error?: unknown } }, value: unknown) {
  const { success, error } = schema.safeParse(value)
  t.ok(success, 'fits the schema of the library', { error, value })
}

const history = JSON.stringify({
  conversationId: randomUUID(),
  endpoint: 'openAI',
  title: 'From elsewhere',
  messages: [
    { messageId: 'q', parentMessageId: null, text: 'Hi', isCreatedByUser: true, sender: 'User', endpoint: 'openAI', createdAt: '2024-01-01T00:00:00.000Z' },
    { messageId: 'a', parentMessageId: 'q', text: 'Hello', isCreatedByUser: false, sender: 'GPT-4o', endpoint: 'openAI', createdAt: '2024-01-01T00:00:01.000Z' }
  ]
})

t.test('LibreChat\'s client library', async (t) => {
  const { server, cookies } = await connectLibrary(t)
  let user: TUser

  t.test('reads what the server offers before anyone signs in', async (t) => {
    const config = await dataService.getStartupConfig()
    t.match(config, { appTitle: 'Parley', registrationEnabled: true, emailLoginEnabled: true, socialLoginEnabled: false, sharedLinksEnabled: false })
    t.equal(await dataService.healthCheck(), 'OK')
    t.equal(await statusOf(dataService.getUser()), 401)
  })

  t.test('registers and signs in', async (t) => {
    user = await signUp()
    t.match(user, { email: account.email, name: account.name, username: account.username, provider: 'local', role: 'ADMIN', avatar: '' })
    t.match(await dataService.getUser(), user)
    t.equal(await statusOf(dataService.login({ email: account.email, password: 'wrong' })), 401)
    t.match(await dataService.getStartupConfig(), { registrationEnabled: false })
  })

  t.test('renews its token with the cookie', async (t) => {
    const before = cookies.get('refreshToken')
    const renewed = await request.refreshToken()
    t.strictSame(renewed?.user, user)
    t.not(cookies.get('refreshToken'), before)
    setTokenHeader(renewed?.token)
    t.equal((await request.refreshToken(true))?.user.id, user.id)
    t.match(await dataService.getUser(), user)
  })

  t.test('imports a history from a real form', async (t) => {
    const form = new FormData()
    form.append('file', new Blob([history], { type: 'application/json' }), encodeURIComponent('conversations.json'))
    t.equal((await dataService.importConversationsFile(form)).message, 'Conversation(s) imported successfully')
    const { conversations } = await dataService.listConversations()
    const [found] = conversations
    fits(t, tConversationSchema, found)
    t.match(found, { title: 'From elsewhere', endpoint: 'openAI', user: user.id, isArchived: false, pinned: false })
    const messages = await dataService.getMessagesByConvoId(found?.conversationId ?? '')
    for (const message of messages) fits(t, tMessageSchema, message)
    t.strictSame(messages.map(({ text, createdAt }) => [text, createdAt]), [['Hi', '2024-01-01T00:00:00.000Z'], ['Hello', '2024-01-01T00:00:01.000Z']])
    t.equal(messages[1]?.parentMessageId, messages[0]?.messageId)
    await dataService.deleteConversation({ conversationId: found?.conversationId ?? '' })
  })

  t.test('lists conversations with every parameter', async (t) => {
    const started: string[] = []
    for (const title of ['Apples', 'bananas', 'Cherries', 'dates']) {
      const { conversationId } = await startConversation()
      await dataService.updateConversation({ conversationId, title })
      started.push(conversationId)
    }
    const [apples = '', bananas = '', cherries = '', dates = ''] = started
    await dataService.archiveConversation({ conversationId: dates, isArchived: true })
    await dataService.pinConversation({ conversationId: bananas, pinned: true })
    await dataService.addTagToConversation(cherries, { tags: ['fruit'], tag: 'fruit' })
    await dataService.addTagToConversation(apples, { tags: ['red', 'round'], tag: 'red' })

    const titles = async (params: Parameters<typeof dataService.listConversations>[0]) =>
      (await dataService.listConversations(params)).conversations.map(({ title }) => title)
    t.strictSame(await titles(undefined), ['Cherries', 'bananas', 'Apples'])
    t.strictSame(await titles({ sortBy: 'title', sortDirection: 'asc' }), ['Apples', 'bananas', 'Cherries'])
    t.strictSame(await titles({ sortBy: 'createdAt', sortDirection: 'asc' }), ['Apples', 'bananas', 'Cherries'])
    t.strictSame(await titles({ sortBy: 'updatedAt', sortDirection: 'desc' }), ['Cherries', 'bananas', 'Apples'])
    t.strictSame(await titles({ isArchived: true }), ['dates'])
    t.strictSame(await titles({ isArchived: false, pinned: false }), ['Cherries', 'bananas', 'Apples'])
    t.strictSame(await titles({ pinned: true }), ['bananas'])
    t.strictSame(await titles({ tags: ['fruit'] }), ['Cherries'])
    t.strictSame(await titles({ tags: ['fruit', 'red'] }), ['Cherries', 'Apples'])
    t.strictSame(await titles({ tags: [] }), ['Cherries', 'bananas', 'Apples'])

    const first = await dataService.listConversations({ limit: 2 })
    t.equal(first.conversations.length, 2)
    const second = await dataService.listConversations({ limit: 2, cursor: first.nextCursor ?? '' })
    t.strictSame(second.conversations.map(({ title }) => title), ['Apples'])
    t.equal(second.nextCursor, null)
    t.equal((await dataService.getConversations('')).conversations.length, 3)
    t.equal(await statusOf(dataService.listConversations({ cursor: 'forged' })), 400)
  })

  t.test('reads and organises one conversation', async (t) => {
    const { conversationId } = await startConversation()
    const answers: Array<[TConversation, object]> = [
      [await dataService.getConversationById(conversationId), { conversationId, user: user.id, endpoint: 'openAI', tags: [] }],
      [await dataService.updateConversation({ conversationId, title: '  Renamed  ' }), { title: 'Renamed' }],
      [await dataService.archiveConversation({ conversationId, isArchived: true }), { title: 'Renamed', isArchived: true }],
      [await dataService.archiveConversation({ conversationId, isArchived: false }), { isArchived: false }],
      [await dataService.pinConversation({ conversationId, pinned: true }), { pinned: true }],
      [await dataService.pinConversation({ conversationId, pinned: false }), { pinned: false }]
    ]
    for (const [answer, expected] of answers) {
      fits(t, tConversationSchema, answer)
      t.match(answer, expected)
    }
    t.strictSame(await dataService.deleteConversation({ conversationId, source: 'button' }), {
      acknowledged: true, deletedCount: 1, messages: { acknowledged: true, deletedCount: 1 }
    })
    t.equal(await statusOf(dataService.getConversationById(conversationId)), 404)
    t.equal(await statusOf(dataService.updateConversation({ conversationId, title: 'x' })), 404)
    t.equal(await statusOf(dataService.deleteConversation({ source: 'button', endpoint: 'openAI' })), 400)
  })

  t.test('reads, edits and rates messages', async (t) => {
    const { conversationId, messageId } = await startConversation('Question')
    const content = [{ type: 'think', think: 'Hm' }, { type: 'text', text: 'Answer' }]
    const answerId = await say(conversationId, 'Answer', { parentMessageId: messageId, isCreatedByUser: false, sender: 'GPT-4o', content })

    await dataService.updateMessage({ conversationId, messageId, model: 'gpt-4o', text: 'A better question' })
    await dataService.updateMessageContent({ conversationId, messageId: answerId, index: 1, text: 'A better answer' })
    const rating = { rating: 'thumbsUp', tag: 'accurate_reliable', text: 'Right' } as const
    t.strictSame(await dataService.updateFeedback(conversationId, answerId, { feedback: rating }), { messageId: answerId, conversationId, feedback: rating })

    const messages = await dataService.getMessagesByConvoId(conversationId)
    for (const message of messages) fits(t, tMessageSchema, message)
    t.match(messages, [
      { messageId, text: 'A better question', parentMessageId: '00000000-0000-0000-0000-000000000000' },
      { messageId: answerId, parentMessageId: messageId, content: [{ type: 'think', think: 'Hm' }, { type: 'text', text: 'A better answer' }], feedback: rating }
    ])
    t.strictSame(await dataService.getMessageById(conversationId, answerId), messages.slice(1))

    t.strictSame(await dataService.updateFeedback(conversationId, answerId, {}), { messageId: answerId, conversationId })
    t.notOk('feedback' in ((await dataService.getMessageById(conversationId, answerId))[0] ?? {}))
    t.strictSame(await dataService.getMessagesByConvoId('new'), [])
  })

  t.test('keeps tags', async (t) => {
    const { conversationId } = await startConversation()
    const made = await dataService.createConversationTag({ tag: 'to read', description: 'Later', addToConversation: true, conversationId })
    fits(t, tConversationTagSchema, made)
    t.match(made, { tag: 'to read', description: 'Later', count: 1, user: user.id })
    t.match(await dataService.updateConversationTag('to read', { tag: 'read/now?', position: 1 }), { tag: 'read/now?', position: 1, count: 1 })
    t.strictSame(await dataService.addTagToConversation(conversationId, { tags: ['read/now?', 'more'], tag: 'more' }), ['read/now?', 'more'])
    const tags = await dataService.getConversationTags()
    for (const tag of tags) fits(t, tConversationTagSchema, tag)
    t.strictSame(tags.filter(({ count }) => count > 0).map(({ tag }) => tag).sort(), ['fruit', 'more', 'read/now?', 'red', 'round'])
    t.match(await dataService.deleteConversationTag('read/now?'), { tag: 'read/now?' })
    t.strictSame((await dataService.getConversationById(conversationId)).tags, ['more'])
  })

  t.test('forks, duplicates and asks for a title', async (t) => {
    const { conversationId, messageId } = await startConversation('How do I bake bread?')
    const answerId = await say(conversationId, 'With flour.', { parentMessageId: messageId, isCreatedByUser: false, sender: 'GPT-4o' })
    const copies = [
      await dataService.forkConversation({ conversationId, messageId: answerId, option: 'directPath', splitAtTarget: false, latestMessageId: answerId }),
      await dataService.duplicateConversation({ conversationId })
    ]
    for (const { conversation, messages } of copies) {
      fits(t, tConversationSchema, conversation)
      t.not(conversation.conversationId, conversationId)
      for (const message of messages) fits(t, tMessageSchema, message)
      t.strictSame(messages.map(({ text }) => text), ['How do I bake bread?', 'With flour.'])
      t.equal(messages[1]?.parentMessageId, messages[0]?.messageId)
    }
    t.type((await dataService.genTitle({ conversationId })).title, 'string')
  })

  t.test('searches', async (t) => {
    t.equal(await dataService.getSearchEnabled(), true)
    const { conversationId, messageId } = await startConversation('The platypus lays eggs')
    const { conversations } = await dataService.listConversations({ search: 'platypus', sortBy: 'title', limit: 5 })
    t.strictSame(conversations.map((found) => found.conversationId), [conversationId])
    const { messages, nextCursor } = await dataService.listMessages({ search: 'platypus eggs', sortBy: 'createdAt', sortDirection: 'desc', pageSize: 5 })
    for (const message of messages) fits(t, tMessageSchema, message)
    t.strictSame(messages.map((found) => found.messageId), [messageId])
    t.equal(nextCursor, null)
  })

  t.test('archives and deletes everything', async (t) => {
    const { archivedCount } = await dataService.archiveAllConversations()
    t.ok(archivedCount > 0)
    t.strictSame(await dataService.listConversations(), { conversations: [], nextCursor: null })
    t.match(await dataService.clearAllConversations(), { acknowledged: true })
    t.strictSame(await dataService.listConversations({ isArchived: true }), { conversations: [], nextCursor: null })
    t.match(await dataService.clearAllConversations(), { deletedCount: 0 })
  })

  t.test('signs out, in again, and deletes the account', async (t) => {
    t.match(await dataService.logout(), { message: 'Logout successful' })
    t.notOk(cookies.has('refreshToken'))
    t.equal(await statusOf(request.refreshToken()), 401)
    const { token } = await dataService.login({ email: account.email, password: account.password })
    setTokenHeader(token)
    t.match(await dataService.deleteUser(), { message: 'User deleted' })
    t.equal(await statusOf(dataService.getUser()), 401)
    await server.housekeeping.idle()
    t.equal(server.database.reader.$client.prepare('SELECT count(*) FROM users').pluck().get(), 0)
  })
})
