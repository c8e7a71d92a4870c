import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { makeKey } from '../src/accounts/keys.js'
import { makePasswordLink } from '../src/accounts/password-changes.js'
import { hashPassword } from '../src/accounts/password-hash.js'
import { changeAccess } from '../src/accounts/user-commands.js'
import { accountById } from '../src/accounts/user-queries.js'
import type { Scope } from '../src/scopes.js'
import type { Config } from '../src/config.js'
import { renameConversation } from '../src/conversations/commands.js'
import { saveMessage } from '../src/messages/save.js'
import { createTag, setConversationTags } from '../src/tags/commands.js'
import { build } from './helper.js'
import { multipart } from './multipart.js'
import type { Parts } from './operations.js'

/*
 * Tests that try every operation of the API are made of three parts. operations.ts reads the operations from the OpenAPI
 * description, so a new route is among them without being named. This file settles users who have something of
 * everything, and has one valid request for each operation. The tests (isolation.test.ts, bad-input/, routes/statuses.test.ts)
 * change that request in one place at a time. A new route needs an entry in `requests` here, and one in `expected` of
 * isolation.test.ts when it takes an id.
 */

const PASSWORD = 'correct horse battery staple'

type Server = Awaited<ReturnType<typeof build>>['server']

/** One user with something of everything. `secret` stands in all of their texts and in nobody else's. */
export interface World {
  server: Server
  headers: { authorization: string }
  userNo: number
  userId: string
  email: string
  secret: string
  conversationId: string
  /** Another conversation of theirs, with one message. */
  secondId: string
  secondMessageId: string
  /** The first message of the conversation. */
  messageId: string
  /** Its answer, with content parts. */
  answerId: string
  tag: string
  secondTag: string
}

/** A server that anybody may register at, and a way to settle users on it. */
export async function buildWorld (t: Test, overrides: Partial<Config> = {}) {
  const { server, as } = await build(t, {
    ALLOW_REGISTRATION: true, AUTH_HEADER_EMAIL: 'Remote-Email', AUTH_HEADER_PROXIES: '127.0.0.1', ...overrides
  })

  async function settle (name: string): Promise<World> {
    const headers = await as(name)
    const world: World = {
      server,
      headers,
      userNo: accountById(server.database.reader, name)?.no ?? 0,
      userId: name,
      email: `${name}@example.test`,
      secret: `secret-of-${name}`,
      conversationId: randomUUID(),
      secondId: randomUUID(),
      secondMessageId: `${name}-second`,
      messageId: `${name}-question`,
      answerId: `${name}-answer`,
      tag: `${name} travel`,
      secondTag: `${name} work`
    }
    await fill(world)
    return world
  }

  return { server, settle }
}

/** Uses commands and not requests, so that limits of requests are free for what is tested. */
async function fill ({ server, userNo, secret, ...ids }: World) {
  const now = Date.now()
  const { writer } = server.database
  const save = (conversationId: string, message: { messageId: string, parentMessageId?: string, content?: Array<{ type: string }> }) =>
    saveMessage(writer, { userNo, conversationId, message: { ...message, text: secret, isCreatedByUser: message.content === undefined }, now })

  await save(ids.conversationId, { messageId: ids.messageId })
  const content = [{ type: 'text', text: secret }, { type: 'think', think: secret }]
  await save(ids.conversationId, { messageId: ids.answerId, parentMessageId: ids.messageId, content })
  await save(ids.secondId, { messageId: ids.secondMessageId })
  await renameConversation(writer, { userNo, conversationId: ids.conversationId, title: secret, now })
  await createTag(writer, { userNo, tag: ids.secondTag, description: secret, conversationId: null, now })
  await setConversationTags(writer, { userNo, conversationId: ids.conversationId, tags: [ids.tag], now })
}

/** A history of one conversation, as LibreChat exports it. */
const history = JSON.stringify({
  conversationId: 'exported',
  endpoint: 'openAI',
  title: 'Imported',
  messages: [{ messageId: 'm1', parentMessageId: null, text: 'Hello', isCreatedByUser: true, sender: 'User' }]
})

/** A sound request of every operation, by its operationId. Ids of the world stand where the API takes ids. */
export const requests: Record<string, (world: World) => Parts | Promise<Parts>> = {
  health: () => ({}),
  livez: () => ({}),
  readyz: () => ({}),
  getConfig: () => ({}),

  register: () => ({ body: { email: 'new@example.test', password: PASSWORD } }),
  login: async (world) => ({ body: await credentials(world) }),
  refresh: async (world) => ({ headers: { cookie: await sessionCookie(world) } }),
  logout: async (world) => ({ headers: { cookie: await sessionCookie(world) } }),
  loginByProxy: ({ email }) => ({ headers: { 'remote-email': email } }),
  usePasswordLink: async ({ server, userNo }) => ({
    body: { token: (await makePasswordLink(server.database, userNo, Date.now())).token, password: 'another long pass phrase' }
  }),
  listSessions: () => ({}),
  endOtherSessions: () => ({}),
  endSession: async ({ server, userNo }) => ({ params: { sessionId: (await server.sessions.open(userNo, '', Date.now())).sessionId } }),
  getUser: () => ({}),
  changeUser: () => ({ body: { name: 'New name' } }),
  changePassword: async (world) => ({ body: { current: (await credentials(world)).password, new: 'another long pass phrase' } }),
  deleteUser: () => ({}),
  listKeys: () => ({}),
  createKey: () => ({ body: { name: 'a program', scopes: ['read', 'import'] } }),
  deleteKey: async (world) => ({ params: { keyId: (await keyOf(world, ['read'])).id } }),

  listUsers: asAdmin(() => ({})),
  changeUserAsAdmin: asAdmin(({ userId }) => ({ params: { userId }, body: { isDisabled: false } })),
  deleteUserAsAdmin: asAdmin(({ userId }) => ({ params: { userId } })),
  createPasswordLink: asAdmin(({ userId }) => ({ params: { userId } })),
  getServerState: asAdmin(() => ({})),
  getRegistration: asAdmin(() => ({})),
  setRegistration: asAdmin(() => ({ body: { isOpen: true } })),

  listConversations: () => ({}),
  listSources: () => ({}),
  getConversation: ({ conversationId }) => ({ params: { conversationId } }),
  generateTitle: ({ conversationId }) => ({ params: { conversationId } }),
  renameConversation: ({ conversationId }) => ({ body: { conversationId, title: 'New title' } }),
  archiveConversation: ({ conversationId }) => ({ body: { conversationId, isArchived: true } }),
  pinConversation: ({ conversationId }) => ({ body: { conversationId, pinned: true } }),
  archiveAllConversations: () => ({}),
  deleteConversation: ({ conversationId }) => ({ body: { conversationId } }),
  deleteAllConversations: () => ({}),
  forkConversation: ({ conversationId, answerId, messageId }) => ({
    body: { conversationId, messageId, option: 'directPath', splitAtTarget: true, latestMessageId: answerId }
  }),
  duplicateConversation: ({ conversationId }) => ({ body: { conversationId } }),
  importConversations: () => multipart([{ content: history }]),
  getImport: async (world) => ({ params: { importId: await pastImport(world) } }),
  cancelImport: async (world) => ({ params: { importId: await pastImport(world) } }),

  exportConversation: ({ conversationId }) => ({ params: { conversationId }, query: { format: 'librechat' } }),
  startExport: () => ({ body: { format: 'librechat' } }),
  listExports: () => ({}),
  getExport: async (world) => ({ params: { exportId: await pastExport(world) } }),
  downloadExport: async (world) => ({ params: { exportId: await pastExport(world) } }),
  deleteExport: async (world) => ({ params: { exportId: await pastExport(world) } }),

  getSearchEnabled: () => ({}),
  getEndpoints: () => ({}),
  getTokenConfig: () => ({}),
  getModels: () => ({}),
  getBanner: () => ({}),
  getBalance: () => ({}),
  listFavorites: () => ({}),
  listPresets: () => ({}),
  listProjects: () => ({}),
  listFiles: () => ({}),
  getFileConfig: () => ({}),
  getSpeechConfig: () => ({}),
  listActiveJobs: () => ({}),
  listToolCalls: () => ({}),
  getRole: () => ({ params: { role: 'USER' } }),
  getToolAuth: () => ({ params: { toolId: 'web_search' } }),
  getSharedLink: ({ conversationId }) => ({ params: { conversationId } }),
  listMessages: ({ conversationId }) => ({ params: { conversationId } }),
  searchMessages: ({ secret }) => ({ query: { search: secret } }),
  getMessage: ({ conversationId, messageId }) => ({ params: { conversationId, messageId } }),
  saveMessage: ({ conversationId, messageId }) => ({
    params: { conversationId }, body: { messageId: 'new', parentMessageId: messageId, text: 'New text', feedback: { rating: 'thumbsUp' } }
  }),
  editMessage: ({ conversationId, messageId }) => ({ params: { conversationId, messageId }, body: { text: 'New text' } }),
  rateMessage: ({ conversationId, messageId }) => ({
    params: { conversationId, messageId }, body: { feedback: { rating: 'thumbsUp' } }
  }),
  deleteMessage: ({ conversationId, messageId }) => ({ params: { conversationId, messageId } }),

  listTags: () => ({}),
  createTag: ({ conversationId }) => ({ body: { tag: 'new', addToConversation: true, conversationId } }),
  changeTag: ({ tag }) => ({ params: { tag }, body: { tag: 'new' } }),
  deleteTag: ({ tag }) => ({ params: { tag } }),
  setConversationTags: ({ conversationId, secondTag }) => ({ params: { conversationId }, body: { tags: [secondTag] } })
}

/** The sound request of an operation; a route that has none here fails every test over all operations. */
export async function requestOf (id: string, world: World): Promise<Parts> {
  const request = requests[id]
  if (!request) throw new Error(`test/world.ts has no request of ${id}`)
  return await request(world)
}

const passwordHash = hashPassword(PASSWORD)

/** An address and password that the user can sign in with from now on. */
export async function credentials ({ server, email }: World) {
  // No command: it would end the sessions that the test goes on with.
  server.database.reader.$client.prepare('UPDATE users SET password_hash = ? WHERE email = ?').run(await passwordHash, email)
  return { email, password: PASSWORD }
}

async function sessionCookie (world: World) {
  const payload = await credentials(world)
  const res = await world.server.inject({ method: 'POST', url: '/api/auth/login', payload })
  const cookie = res.cookies.find(({ name }) => name === 'refreshToken')
  return `${cookie?.name}=${cookie?.value}`
}

/** A key of the user, by its text and its id. */
export async function keyOf ({ server, userNo }: World, scopes: Scope[]) {
  const { text, key } = await makeKey(server.database, userNo, { name: 'key', scopes, expiresAt: null }, Date.now())
  return { text, id: key.id }
}

/** A request that its user sends as an administrator. */
function asAdmin (request: (world: World) => Parts) {
  return async (world: World) => {
    await changeAccess(world.server.database.writer, { userNo: world.userNo, role: 'ADMIN', now: Date.now() })
    return request(world)
  }
}

/** The id of an import that is over. */
async function pastImport ({ server, headers }: World): Promise<string> {
  const { body, headers: type } = multipart([{ content: history }])
  const started = await server.inject({
    method: 'POST', url: '/api/convos/import', headers: { ...headers, ...type, prefer: 'respond-async' }, payload: body
  })
  const { id } = started.json()
  await server.inject({ method: 'DELETE', url: `/api/convos/import/${id}`, headers })
  return id
}

/** The id of an export that is done. */
async function pastExport ({ server, headers }: World): Promise<string> {
  const started = await server.inject({ method: 'POST', url: '/api/exports', headers, payload: { format: 'librechat' } })
  const { id } = started.json()
  await server.inject({ url: `/api/exports/${id}`, headers: { ...headers, accept: 'text/event-stream' } })
  return id
}
