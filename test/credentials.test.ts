import { createSigner } from 'fast-jwt'
import t from 'tap'
import { deleteKey } from '../src/accounts/key-commands.js'
import { endSession } from '../src/accounts/session-commands.js'
import { changeAccess } from '../src/accounts/user-commands.js'
import { scopes } from '../src/scopes.js'
import { signIn, testConfig } from './helper.js'
import { listOperations, type Operation, send } from './operations.js'
import { buildWorld, keyOf, requestOf, type World } from './world.js'

/*
 * Every credential there is against every route there is, as the API's own description lists them. 401: the credential is
 * not good. 403: it is good, and not for this route.
 */

interface Credential {
  /** Headers that carry the credential. */
  headers (world: World): Promise<Record<string, string>>
  /** The status of a route that is not open; null for a request that goes through. */
  refusal (operation: Operation): 401 | 403 | null
}

const never = () => 401 as const
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
const isForAdmins = ({ scope }: Operation) => scope === 'admin'

async function aKey (world: World) {
  return keyOf(world, ['read', 'write', 'import', 'export'])
}

const credentials: Record<string, Credential> = {
  none: { headers: async () => ({}), refusal: never },
  'an access token of a user': {
    headers: async ({ headers }) => ({ ...headers }),
    refusal: (operation) => isForAdmins(operation) ? 403 : null
  },
  'an access token of an administrator': {
    headers: async (world) => {
      await changeAccess(world.server.database.writer, { userNo: world.userNo, role: 'ADMIN', now: Date.now() })
      return { ...world.headers }
    },
    refusal: () => null
  },
  'an access token of a session that was ended': {
    headers: async ({ server, userNo, userId }) => {
      const { authorization } = await signIn(server, userId)
      const { sid } = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())
      await endSession(server.database.writer, { userNo, id: sid })
      return { authorization }
    },
    refusal: never
  },
  'an access token of a disabled account': {
    headers: async ({ server, userNo, headers }) => {
      await changeAccess(server.database.writer, { userNo, isDisabled: true, now: Date.now() })
      return { ...headers }
    },
    refusal: never
  },
  'an access token that was signed elsewhere': {
    headers: async ({ userId: id }) => bearer(createSigner({ key: testConfig.JWT_SECRET ?? '', algorithm: 'HS256', expiresIn: '5m' })({ id })),
    refusal: never
  },
  'a key in x-api-key': {
    headers: async (world) => ({ 'x-api-key': (await keyOf(world, ['read'])).text }),
    refusal: ({ scope }) => scope === 'read' ? null : 403
  },
  'a key that has expired': {
    headers: async (world) => {
      const { text, id } = await aKey(world)
      world.server.database.reader.$client.prepare('UPDATE api_keys SET expires_at = 1 WHERE id = ?').run(id)
      return bearer(text)
    },
    refusal: never
  },
  'a key that was deleted': {
    headers: async (world) => {
      const { text, id } = await aKey(world)
      await deleteKey(world.server.database.writer, { userNo: world.userNo, id })
      return bearer(text)
    },
    refusal: never
  },
  'a key of a disabled account': {
    headers: async (world) => {
      const { text } = await aKey(world)
      await changeAccess(world.server.database.writer, { userNo: world.userNo, isDisabled: true, now: Date.now() })
      return bearer(text)
    },
    refusal: never
  },
  'a key with another last character': {
    headers: async (world) => {
      const { text } = await aKey(world)
      return bearer(text.slice(0, -1) + (text.endsWith('0') ? '1' : '0'))
    },
    refusal: never
  },
  'a key of a former administrator': {
    headers: async (world) => {
      const { writer } = world.server.database
      await changeAccess(writer, { userNo: world.userNo, role: 'ADMIN', now: Date.now() })
      const { text } = await keyOf(world, ['admin'])
      await changeAccess(writer, { userNo: world.userNo, role: 'USER', now: Date.now() })
      return bearer(text)
    },
    refusal: () => 403
  }
}

for (const scope of scopes) {
  credentials[`a key with the scope ${scope}`] = {
    headers: async (world) => {
      const { writer } = world.server.database
      if (scope === 'admin') await changeAccess(writer, { userNo: world.userNo, role: 'ADMIN', now: Date.now() })
      return bearer((await keyOf(world, [scope])).text)
    },
    refusal: (operation) => operation.scope === scope ? null : 403
  }
}

const { server, settle } = await buildWorld(t)
// Somebody who stays an administrator, so that the others can be disabled.
const root = await settle('root')
await changeAccess(server.database.writer, { userNo: root.userNo, role: 'ADMIN', now: Date.now() })
const operations = await listOperations(server)
let users = 0

t.test('a route names a scope that exists, or is not for keys', async (t) => {
  for (const { id, isOpen, scope } of operations) {
    t.ok(scope === null || scopes.some((known) => known === scope), id)
    t.notOk(isOpen && scope !== null, `${id} is not open`)
  }
  const forKeys = operations.filter(({ scope }) => scope !== null).map(({ id }) => id)
  const signInOnly = ['listKeys', 'createKey', 'deleteKey', 'listSessions', 'endSession', 'changePassword', 'changeUser', 'deleteUser']
  for (const id of signInOnly) t.notOk(forKeys.includes(id), `keys do nothing about keys, sessions and accounts: ${id}`)
})

for (const [name, { headers, refusal }] of Object.entries(credentials)) {
  t.test(name, async (t) => {
    for (const operation of operations) {
      const user = await settle(`user${++users}`)
      const parts = await requestOf(operation.id, user)
      // What makes a request sound may make its user an administrator.
      await changeAccess(server.database.writer, { userNo: user.userNo, role: 'USER', now: Date.now() })
      const res = await send(server, operation, { ...parts, headers: { ...parts.headers, ...await headers(user) } })
      const expected = operation.isOpen ? null : refusal(operation)
      if (expected === null) t.ok(res.statusCode < 300 || operation.isOpen, `${operation.id} goes through: ${res.statusCode}`)
      else t.equal(res.statusCode, expected, operation.id)
      if (expected === 401) t.match(res.headers['www-authenticate'], /^Bearer/)
    }
  })
}
