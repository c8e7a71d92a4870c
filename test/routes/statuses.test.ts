import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { MAX_CONVERSATIONS, MAX_USERS } from '../../src/db/keys.js'
import { answerChecker } from '../documented-answer.js'
import { build } from '../helper.js'
import { multipart } from '../multipart.js'
import { describe, injection, listOperations, type Operation, type Parts, replaced, send } from '../operations.js'
import { MAX_KEYS } from '../../src/accounts/key-commands.js'
import { scopes } from '../../src/scopes.js'
import { setConversationTags } from '../../src/tags/commands.js'
import { MAX_TAGS_PER_CONVERSATION } from '../../src/tags/schemas.js'
import { MAX_TAGS_PER_ACCOUNT } from '../../src/tags/store.js'
import { buildWorld, credentials, keyOf, requestOf, type World } from '../world.js'

/*
 * Every status that an operation documents, reached by a request. One that nothing leads to fails here, and so does one
 * that comes without being documented. Only races lead to `ofRaces`.
 */

interface Scene { operation: Operation, ada: World, eve: World, parts: Parts }
type Way = (scene: Scene) => Parts | Promise<Parts>

const UNKNOWN = '00000000-0000-4000-8000-000000000000'
const LARGE = 'x'.repeat(4 * 1024 * 1024)

const sound: Way = ({ parts }) => parts
const malformed: Way = ({ parts }) => ({ ...parts, body: '{' })
const tooLarge: Way = ({ parts }) => ({ ...parts, body: LARGE })
const unknownType: Way = ({ parts }) => ({ ...parts, body: 'x', headers: { ...parts.headers, 'content-type': 'text/plain' } })

/** How any operation comes to answer a status, when `exceptions` does not say otherwise. */
const ways: Record<number, Way> = {
  200: sound,
  201: sound,
  204: sound,
  400: (scene) => scene.operation.method === 'GET' ? tooLong(scene) : malformed(scene),
  401: ({ parts }) => ({ ...parts, headers: { ...parts.headers, authorization: '' } }),
  // A key that has every scope but the one that is needed.
  403: async ({ operation, ada, parts }) => {
    const { text } = await keyOf(ada, scopes.filter((scope) => scope !== operation.scope && scope !== 'admin'))
    return { ...parts, headers: { ...parts.headers, authorization: `Bearer ${text}` } }
  },
  404: ({ operation, parts }) => replaced(parts, idField(operation), UNKNOWN),
  304: async (scene) => {
    const { headers } = await send(scene.ada.server, scene.operation, scene.parts)
    return { ...scene.parts, headers: { ...scene.parts.headers, 'if-none-match': String(headers.etag) } }
  },
  412: ({ parts }) => ({ ...parts, headers: { ...parts.headers, 'if-match': '"another"' } }),
  413: tooLarge,
  415: unknownType
}

const full: Way = ({ ada, parts }) => {
  ada.server.database.reader.$client.prepare('UPDATE users SET next_conversation = ? WHERE email = ?').run(MAX_CONVERSATIONS + 1, ada.email)
  return parts
}

const exceptions: Record<string, Way> = {
  'register 403': sound,
  'usePasswordLink 401': ({ parts }) => replaced(parts, 'token', 'unknown'),
  'loginByProxy 400': () => ({ headers: { 'remote-email': 'nobody' } }),
  'loginByProxy 401': () => ({}),
  'loginByProxy 403': () => ({ headers: { 'remote-email': 'stranger@example.test' } }),
  'loginByProxy 409': ({ ada }) => {
    ada.server.database.reader.$client.prepare('UPDATE sqlite_sequence SET seq = ? WHERE name = \'users\'').run(MAX_USERS)
    return { headers: { 'remote-email': 'stranger@example.test' } }
  },
  'changeUser 409': async ({ ada, eve }) => ({ headers: ada.headers, body: { email: eve.email } }),
  'createKey 409': async ({ ada, parts }) => {
    for (let n = 0; n < MAX_KEYS; n++) await keyOf(ada, ['read'])
    return parts
  },
  'changeUserAsAdmin 409': ({ ada, parts }) => {
    ada.server.database.reader.$client.prepare('UPDATE users SET role = \'USER\' WHERE no <> ?').run(ada.userNo)
    return { ...parts, body: { role: 'USER' } }
  },
  'deleteUserAsAdmin 409': ({ ada, parts }) => {
    ada.server.database.reader.$client.prepare('UPDATE users SET role = \'USER\' WHERE no <> ?').run(ada.userNo)
    return parts
  },
  'register 409': ({ ada, parts }) => {
    ada.server.database.reader.$client.prepare('UPDATE sqlite_sequence SET seq = ? WHERE name = \'users\'').run(MAX_USERS)
    return parts
  },
  'login 401': async ({ ada }) => ({ body: { ...await credentials(ada), password: 'wrong' } }),
  'refresh 401': () => ({}),
  'importConversations 200': ({ parts }) => ({ ...parts, query: { dryRun: 'true' } }),
  'importConversations 202': ({ parts }) => ({ ...parts, headers: { ...parts.headers, prefer: 'respond-async' } }),
  'importConversations 400': ({ parts }) => ({ ...parts, body: multipart([{ name: 'wrong', content: '[]' }]).body }),
  'importConversations 413': ({ parts }) => ({ ...parts, body: multipart([{ content: LARGE }]).body }),
  'forkConversation 409': full,
  'duplicateConversation 409': full,
  'importConversations 409': full,
  'saveMessage 409': ({ ada, parts }) => replaced(parts, 'messageId', ada.secondMessageId),
  'createTag 409': async ({ ada, parts }) => {
    const tags = Array.from({ length: MAX_TAGS_PER_CONVERSATION }, (_, n) => `tag ${n}`)
    const { writer } = ada.server.database
    await setConversationTags(writer, { userNo: ada.userNo, conversationId: ada.conversationId, tags, now: Date.now() })
    return parts
  },
  'setConversationTags 409': ({ ada, parts }) => {
    const names = JSON.stringify(Array.from({ length: MAX_TAGS_PER_ACCOUNT }, (_, n) => `t${n}`))
    ada.server.database.reader.$client.prepare(
      'INSERT INTO tags (user_no, tag, position, created_at, updated_at) SELECT ?, value, 1, 1, 1 FROM json_each(?)').run(ada.userNo, names)
    return { ...parts, body: { tags: ['one more'] } }
  },
  'saveMessage 507': sound,
  'forkConversation 507': sound,
  'duplicateConversation 507': sound,
  'importConversations 507': sound,
  'startExport 202': sound,
  'startExport 409': async ({ ada, parts }) => {
    await ada.server.inject({ method: 'POST', url: '/api/exports', headers: ada.headers, payload: { format: 'librechat' } })
    return parts
  },
  'downloadExport 409': async ({ ada, parts }) => {
    const started = await ada.server.inject({ method: 'POST', url: '/api/exports', headers: ada.headers, payload: { format: 'librechat' } })
    return replaced(parts, 'exportId', started.json().id)
  },
  'changeTag 409': ({ ada, parts }) => ({ ...parts, body: { tag: ada.secondTag } })
}

/** Answers to writes whose message changes at every step, which no single request brings about. `steps.test.ts` does. */
const ofRaces = new Set(['editMessage 409', 'deleteMessage 409'])

/** The field that says what an operation is about. */
function idField ({ id, parameters, body }: Operation) {
  const names = [...parameters.map(({ name }) => name), ...Object.keys(body?.properties ?? {})]
  const found = ['conversationId', 'importId', 'exportId', 'sessionId', 'keyId', 'userId', 'tag'].find((name) => names.includes(name))
  if (found === undefined) throw new Error(`${id} names nothing that could be missing`)
  return found
}

function tooLong ({ operation, parts }: Scene): Parts {
  const parameter = operation.parameters.find(({ schema }) => schema.maxLength !== undefined)
  if (!parameter) throw new Error(`${operation.id} has no parameter that could be wrong`)
  const { name, in: place, schema: { maxLength = 0 } } = parameter
  const given = { [name]: 'x'.repeat(maxLength + 1) }
  return place === 'path' ? { ...parts, params: { ...parts.params, ...given } } : { ...parts, query: given }
}

/** Two users who have nothing to do with those of other tests. */
async function setScene ({ settle }: Awaited<ReturnType<typeof buildWorld>>, operation: Operation): Promise<Scene> {
  const [ada, eve] = [await settle(`ada${++scenes}`), await settle(`eve${scenes}`)]
  const parts = await requestOf(operation.id, ada)
  return { operation, ada, eve, parts: { ...parts, headers: { ...ada.headers, ...parts.headers } } }
}

let scenes = 0
const shared = await buildWorld(t, { CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: 1_000_000 })
/** Servers for statuses that need one to themselves. */
const others: Record<string, typeof shared> = {
  'register 403': await buildWorld(t, { ALLOW_REGISTRATION: false }),
  'register 409': await buildWorld(t),
  'loginByProxy 409': await buildWorld(t, { AUTH_HEADER_PROVISION: true })
}
for (const id of ['saveMessage', 'forkConversation', 'duplicateConversation', 'importConversations']) {
  others[`${id} 507`] = await buildWorld(t, { MAX_BYTES_PER_USER: 1 })
}
const description = await describe(shared.server)
const operations = await listOperations(shared.server)
const faultsOf = answerChecker(description)

for (const operation of operations) {
  t.test(operation.id, async (t) => {
    for (const status of operation.statuses.filter((status) => ![429, 500, 503, 507].includes(status))) {
      const name = `${operation.id} ${status}`
      if (ofRaces.has(name)) continue
      t.test(`answers ${status}`, async (t) => {
        const way = exceptions[name] ?? ways[status]
        if (!way) return t.fail(`nothing is known to lead ${operation.id} to ${status}`)
        const world = others[name] ?? shared
        const res = await send(world.server, operation, await way(await setScene(world, operation)))
        t.equal(res.statusCode, status, res.body)
        t.strictSame(faultsOf(operation, res), [])
        if (status === 401) t.match(res.headers['www-authenticate'], /^Bearer/)
      })
    }
    if (operation.method === 'GET') return
    t.test('documents whatever it answers to a bad body', async (t) => {
      for (const way of [malformed, tooLarge, unknownType]) {
        const res = await send(shared.server, operation, await way(await setScene(shared, operation)))
        t.strictSame(faultsOf(operation, res), [])
      }
    })
  })
}

t.test('asked once too often', async (t) => {
  const { server } = await build(t, { RATE_LIMIT_MAX: 1 })
  await server.inject('/api/config')
  for (const operation of operations.filter(({ path }) => path.startsWith('/api'))) {
    t.test(`${operation.id} answers 429`, async (t) => {
      const res = await send(server, operation, {})
      t.equal(res.statusCode, 429)
      t.match(res.headers['retry-after'], /^\d+$/)
      t.strictSame(faultsOf(operation, res), [])
    })
  }
})

t.test('when the database lost a table', async (t) => {
  const world = await buildWorld(t)
  const scenes = []
  for (const operation of operations) scenes.push(await setScene(world, operation))
  world.server.database.reader.$client.exec('ALTER TABLE users RENAME TO lost')
  for (const { operation, parts } of scenes) {
    if (!operation.statuses.includes(500)) continue
    t.test(`${operation.id} answers 500`, async (t) => {
      const res = await send(world.server, operation, parts)
      t.equal(res.statusCode, 500)
      t.notMatch(JSON.stringify({ ...res.json(), instance: '' }), /sqlite|select|users|\/src\//i)
      t.strictSame(faultsOf(operation, res), [])
    })
  }
})

t.test('when the disk is full', async (t) => {
  const { settle } = await buildWorld(t)
  const world = await settle('ada')
  const { $client: sqlite } = world.server.database.reader
  sqlite.pragma(`max_page_count = ${sqlite.pragma('page_count', { simple: true })}`)
  const save = operations.find(({ id }) => id === 'saveMessage')
  if (!save) return t.fail('messages can be saved')
  const res = await send(world.server, save, { headers: world.headers, params: { conversationId: world.conversationId }, body: { messageId: 'long', text: 'x'.repeat(50_000) } })
  t.equal(res.statusCode, 507, res.body)
  t.strictSame(faultsOf(save, res), [])
  const list = await world.server.inject({ url: '/api/convos', headers: world.headers })
  t.equal(list.statusCode, 200, 'reading goes on')
})

t.test('while the server stops', async (t) => {
  const { server, as } = await build(t)
  const { authorization } = await as('ada')
  const address = await server.listen({ port: 0, host: '127.0.0.1' })
  const begun = await Promise.all(operations.map(async (operation) => {
    const { method, url } = injection(operation, {})
    return await begin(address, `${method} ${url} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`)
  }))
  const closed = server.close()
  for (const [i, operation] of operations.entries()) {
    t.test(`${operation.id} answers 503`, async (t) => {
      const answer = await begun[i]?.finish('Content-Length: 0\r\n\r\n') ?? ''
      const [head = '', body = ''] = answer.split('\r\n\r\n')
      const lines = head.split('\r\n').slice(1).map((line) => line.split(': '))
      const headers = Object.fromEntries(lines.map(([name = '', value]) => [name.toLowerCase(), value]))
      t.match(head, /^HTTP\/1.1 503 /)
      t.match(headers['retry-after'], /^\d+$/)
      t.equal(headers.connection, 'close')
      t.strictSame(faultsOf(operation, { statusCode: 503, headers, body }), [])
    })
  }
  t.test('and then stops', async () => { await closed })
})

/**
 * Sends the first lines of a request; `finish` sends the rest and gives what is answered until the connection ends.
 * The answer to another request that went before shows that the server has seen the lines.
 */
async function begin (address: string, lines: string) {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.write(`GET /livez HTTP/1.1\r\nHost: x\r\n\r\n${lines}`)
  await new Promise((resolve) => { socket.once('data', resolve) })
  return {
    finish (rest: string) {
      socket.write(rest)
      return text(socket)
    }
  }
}
