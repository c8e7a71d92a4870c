import t from 'tap'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'

/*
 * The requests of LibreChat's own web client (0.8.8), as it sends them when a person uses it: methods, paths and bodies, recorded
 * between the browser and the server. Each must be answered as the client expects.
 */

const ACCOUNT = { name: 'Ada Lovelace', username: 'ada', email: 'ada@example.test', password: 'correct horse battery staple', confirm_password: 'correct horse battery staple' }
const HISTORY = JSON.stringify({
  conversationId: 'c0ffee00-0000-4000-8000-000000000001',
  endpoint: 'openAI',
  title: 'Trams of Lisbon',
  exportAt: '10:00:00 GMT+0000',
  branches: true,
  recursive: true,
  options: { endpoint: 'openAI', model: 'gpt-4o' },
  messages: [{
    messageId: 'q',
    parentMessageId: '00000000-0000-0000-0000-000000000000',
    sender: 'User',
    text: 'Which tram climbs to the castle?',
    isCreatedByUser: true,
    createdAt: '2024-01-01T00:00:00.000Z',
    children: [{
      messageId: 'a',
      parentMessageId: 'q',
      sender: 'GPT-4o',
      text: 'Tram 28.',
      isCreatedByUser: false,
      createdAt: '2024-01-01T00:00:01.000Z',
      children: []
    }]
  }]
})

t.test('LibreChat\'s web client', async (t) => {
  const { server } = await build(t)
  const headers: Record<string, string> = {}

  /** Sends one recorded request and returns the answer's body. */
  async function replay (request: string, body?: object, status = 200) {
    const [method = '', url = ''] = request.split(' ')
    const res = await server.inject({
      method: method as 'GET', url, headers: { accept: 'application/json, text/plain, */*', ...headers }, ...(body && { payload: body })
    })
    for (const { name, value } of res.cookies) headers.cookie = `${name}=${value}`
    t.equal(res.statusCode, status, `${request} ${res.body.slice(0, 200)}`)
    return res.headers['content-type']?.toString().startsWith('application/json') ? res.json() : res.body
  }

  async function list (query = 'isArchived=false&sortBy=updatedAt&sortDirection=desc') {
    return (await replay(`GET /api/convos?${query}`)).conversations
  }

  t.test('starts and signs in', async (t) => {
    t.match(await replay('GET /api/config'), { interface: { bookmarks: true, agents: false }, passwordResetEnabled: false, allowAccountDeletion: true })
    await replay('POST /api/auth/refresh', {}, 401)
    await replay('POST /api/auth/register', ACCOUNT)
    const { token } = await replay('POST /api/auth/login', { email: ACCOUNT.email, password: ACCOUNT.password })
    headers.authorization = `Bearer ${token}`
    const { token: renewed, user } = await replay('POST /api/auth/refresh', {})
    headers.authorization = `Bearer ${renewed}`
    t.match(await replay('GET /api/user'), user)
  })

  t.test('finds what it asks for beside conversations', async (t) => {
    t.match(await replay('GET /api/endpoints'), { openAI: { type: 'openAI' } })
    t.match(await replay('GET /api/models'), { openAI: [/./] })
    for (const role of ['USER', 'ADMIN']) {
      t.match(await replay(`GET /api/roles/${role}`), { permissions: { BOOKMARKS: { USE: true }, AGENTS: { USE: false }, SHARED_LINKS: { CREATE: false } } })
    }
    t.equal(await replay('GET /api/banner'), null)
    for (const path of [
      '/api/endpoints/token-config', '/api/user/settings/favorites', '/api/projects', '/api/agents/chat/active', '/api/files', '/api/files/config',
      '/api/files/speech/config/get', '/api/balance', '/api/keys?name=openAI', '/api/presets', '/api/agents/tools/calls?conversationId=x',
      '/api/agents/tools/web_search/auth', '/api/share/link/x', '/api/search/enable'
    ]) await replay(`GET ${path}`)
  })

  t.test('imports, lists and reads', async (t) => {
    const { body, headers: type } = multipart([{ content: HISTORY }])
    const res = await server.inject({ method: 'POST', url: '/api/convos/import', headers: { ...headers, ...type }, payload: body })
    t.equal(res.statusCode, 201)
    const [found] = await list()
    const messages = await replay(`GET /api/messages/${found.conversationId}`)
    t.strictSame(messages.map(({ text }: { text: string }) => text), ['Which tram climbs to the castle?', 'Tram 28.'])
    await replay(`GET /api/convos/${found.conversationId}`)
    await replay(`GET /api/convos/gen_title/${found.conversationId}`)
    t.strictSame(await replay('GET /api/messages/new'), [])
  })

  t.test('organises a conversation', async (t) => {
    const [{ conversationId }] = await list()
    const [{ messageId }, answer] = await replay(`GET /api/messages/${conversationId}`)
    t.match(await replay('POST /api/convos/update', { arg: { conversationId, title: 'Renamed' } }, 201), { title: 'Renamed' })
    t.match(await replay('POST /api/convos/pin', { arg: { conversationId, pinned: true } }), { pinned: true })
    t.equal((await list('pinned=true&isArchived=false')).length, 1)
    await replay(`PUT /api/messages/${conversationId}/${messageId}`, { text: 'Which tram is it?', model: 'gpt-4o' })
    await replay(`PUT /api/messages/${conversationId}/${answer.messageId}/feedback`, { feedback: { rating: 'thumbsUp', tag: { key: 'accurate_reliable' } } })
    await replay(`PUT /api/messages/${conversationId}/${answer.messageId}/feedback`, {})
    await replay('POST /api/convos/fork', {
      messageId: answer.messageId, conversationId, option: 'includeBranches', splitAtTarget: false, latestMessageId: answer.messageId
    })
    await replay('POST /api/convos/duplicate', { conversationId, title: 'Renamed' }, 201)
    t.equal((await list('search=tram')).length, 3)
    t.match(await replay('GET /api/messages?search=tram&pageSize=25&sortBy=createdAt&sortDirection=desc'), { messages: [{ title: 'Renamed' }], nextCursor: null })
  })

  t.test('archives, and shows the archive', async (t) => {
    const [{ conversationId }] = await list()
    await replay('POST /api/convos/archive', { arg: { conversationId, isArchived: true } })
    t.match(await list('isArchived=true&sortBy=archivedAt&sortDirection=desc'), [{ conversationId, archivedAt: /^\d{4}/ }])
    await replay('POST /api/convos/archive', { arg: { conversationId, isArchived: false } })
  })

  t.test('keeps bookmarks', async (t) => {
    const [{ conversationId }] = await list()
    await replay('POST /api/tags', { tag: 'from the panel', description: '', conversationId: '', addToConversation: false })
    await replay('POST /api/tags', { tag: 'neu', description: 'd', conversationId, addToConversation: true })
    await replay('PUT /api/tags/neu', { tag: 'renamed tag', description: 'd', conversationId: '', addToConversation: false })
    const tags = await replay('GET /api/tags')
    t.strictSame(tags.map(({ tag }: { tag: string }) => tag), ['from the panel', 'renamed tag'])
    await replay('PUT /api/tags/renamed%20tag', { ...tags[1], position: 0 })
    t.match(await replay('GET /api/tags'), [{ tag: 'renamed tag', position: 1 }, { tag: 'from the panel', position: 2 }])
    await replay(`PUT /api/tags/convo/${conversationId}`, { tags: ['renamed tag', 'from the panel'], tag: 'from the panel' })
    t.equal((await list('tags=renamed%20tag&isArchived=false')).length, 1)
    await replay('DELETE /api/tags/renamed%20tag')
  })

  t.test('is told what is not here', async () => {
    await replay('POST /api/messages/branch', { messageId: 'x', agentId: 'agent_1' }, 404)
    await replay('POST /api/messages/artifact/x', { index: 0, original: 'a', updated: 'b' }, 404)
    await replay('POST /api/tags/rebuild', {}, 405)
    await replay('POST /api/share/x', {}, 404)
    await replay('POST /api/projects', { name: 'x' }, 405)
  })

  t.test('deletes', async (t) => {
    const [{ conversationId }] = await list()
    t.match(await replay('DELETE /api/convos', { arg: { conversationId, thread_id: '', endpoint: null, source: 'button' } }, 201), { deletedCount: 1 })
    t.match(await replay('POST /api/convos/archive/all'), { archivedCount: 2 })
    t.match(await replay('DELETE /api/convos/all', undefined, 201), { deletedCount: 2 })
    await replay('POST /api/auth/logout')
  })
})
