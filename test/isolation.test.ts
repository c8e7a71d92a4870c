import { randomUUID } from 'node:crypto'
import t from 'tap'
import { conversationKeys } from '../src/db/keys.js'
import { listOperations, type Operation, replaced, send } from './operations.js'
import { buildWorld, requestOf, type World } from './world.js'

/*
 * Nobody reaches what belongs to somebody else. For every operation and every field of it that can carry an id, a
 * stranger tries the victim's id and one that nobody has; the victim's rows stay as they were, to the letter, and
 * nothing of theirs is in any answer.
 */

/** The statuses of the victim's id and of an unknown one. */
type Statuses = readonly [foreign: number, unknown: number]
const hidden: Statuses = [404, 404]
const refused: Statuses = [403, 404]

/** By operation and field. A message is looked for in the conversation that is named, so another's is unknown there. */
const expected: Record<string, Record<string, Statuses>> = {
  endSession: { sessionId: hidden },
  deleteKey: { keyId: hidden },
  getConversation: { conversationId: hidden },
  generateTitle: { conversationId: hidden },
  renameConversation: { conversationId: refused },
  archiveConversation: { conversationId: refused },
  pinConversation: { conversationId: refused },
  // The thread is at OpenAI and none of ours.
  deleteConversation: { conversationId: refused, thread_id: [201, 201] },
  forkConversation: { conversationId: refused, messageId: hidden, latestMessageId: hidden },
  duplicateConversation: { conversationId: refused },
  getImport: { importId: hidden },
  cancelImport: { importId: refused },
  exportConversation: { conversationId: hidden },
  getExport: { exportId: hidden },
  downloadExport: { exportId: hidden },
  deleteExport: { exportId: refused },

  // These answer the same to everybody.
  getToolAuth: { toolId: [200, 200] },
  getSharedLink: { conversationId: [200, 200] },

  listMessages: { conversationId: hidden },
  searchMessages: { conversationId: [200, 200] },
  listConversations: { conversationId: [200, 200] },
  getMessage: { conversationId: hidden, messageId: hidden },
  // A message under an unknown conversation makes it; ids of messages are each user's own.
  saveMessage: { conversationId: [403, 201], messageId: [201, 201], parentMessageId: [201, 201], thread_id: [201, 201] },
  editMessage: { conversationId: refused, messageId: hidden },
  rateMessage: { conversationId: refused, messageId: hidden },
  deleteMessage: { conversationId: refused, messageId: hidden },

  createTag: { conversationId: refused, tag: [200, 200] },
  // Tags are known by their name, which each user chooses for themselves.
  changeTag: { tag: hidden },
  deleteTag: { tag: hidden },
  setConversationTags: { conversationId: refused, tag: [200, 200] }
}

/** Whether a field can carry an id, or the name that stands for one. */
function isId (name: string) {
  return /(^|_)id$|Id$/.test(name) || name === 'tag'
}

function idFields ({ parameters, body }: Operation) {
  const names = [...parameters.map(({ name }) => name), ...Object.keys(body?.properties ?? {})]
  return [...new Set(names.filter(isId))]
}

/** What a user's id for this field is: the one their own sound request has, or the next best. */
async function idOf (world: World, { id }: Operation, field: string): Promise<string> {
  const { params, body } = await requestOf(id, world)
  const given: unknown = { ...params, ...Object(body) }[field]
  if (field === 'tag') return world.tag
  if (field === 'messageId') return world.messageId
  return typeof given === 'string' ? given : world.messageId
}

/** Every row a user owns. */
function rowsOf ({ server, userNo }: World) {
  const { $client: sqlite } = server.database.reader
  const [first, last] = conversationKeys(userNo)
  const conversations = 'SELECT pk FROM conversations WHERE pk BETWEEN :first AND :last'
  const queries = {
    users: 'SELECT * FROM users WHERE no = :userNo',
    partitions: 'SELECT * FROM partitions WHERE user_no = :userNo',
    conversations: 'SELECT * FROM conversations WHERE pk BETWEEN :first AND :last',
    messages: `SELECT * FROM messages WHERE pk >> 18 IN (${conversations})`,
    conversationTags: `SELECT * FROM conversation_tags WHERE conversation_pk IN (${conversations})`,
    sessions: 'SELECT * FROM sessions WHERE user_no = :userNo',
    keys: 'SELECT * FROM api_keys WHERE user_no = :userNo',
    tags: 'SELECT * FROM tags WHERE user_no = :userNo',
    origins: 'SELECT * FROM import_origins WHERE user_no = :userNo'
  }
  const named = { userNo, first, last }
  return Object.entries(queries).map(([table, sql]) => {
    const used = Object.entries(named).filter(([name]) => sql.includes(`:${name}`))
    return { table, rows: sqlite.prepare(sql).all(Object.fromEntries(used)) }
  })
}

const { server, settle } = await buildWorld(t)
// Administrators act on other accounts; test/credentials.test.ts shows that nobody else does.
const operations = (await listOperations(server)).filter(({ path }) => !path.startsWith('/api/admin/'))
let strangers = 0

for (const [i, operation] of operations.entries()) {
  t.test(operation.id, async (t) => {
    const victim = await settle(`victim${i}`)
    const ids = Object.fromEntries(await Promise.all(idFields(operation).map(async (field) =>
      [field, await idOf(victim, operation, field)] as const)))
    await server.housekeeping.idle()
    const before = rowsOf(victim)
    t.match(before.find(({ table }) => table === 'messages')?.rows.length, 3)

    async function attempt (field: string | null, id: string) {
      const stranger = await settle(`stranger${++strangers}`)
      const parts = await requestOf(operation.id, stranger)
      const changed = field === null ? parts : replaced(parts, field, id)
      const res = await send(server, operation, { ...changed, headers: { ...stranger.headers, ...parts.headers } })
      t.notMatch(res.body, victim.secret, 'answers nothing of the victim')
      t.strictSame(rowsOf(victim), before, 'changes nothing of the victim')
      return res.statusCode
    }

    t.strictSame(Object.keys(ids).sort(), Object.keys(expected[operation.id] ?? {}).sort(), 'every field with an id has a case')
    for (const [field, [foreign, unknown]] of Object.entries(expected[operation.id] ?? {})) {
      t.test(`${field} of somebody else is ${foreign}, an unknown one ${unknown}`, async (t) => {
        t.equal(await attempt(field, ids[field] ?? ''), foreign)
        t.equal(await attempt(field, randomUUID()), unknown)
      })
    }
    t.test('is fine with ids of one\'s own', async (t) => {
      t.ok(await attempt(null, '') < 300)
    })
  })
}
