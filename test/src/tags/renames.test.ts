import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { rowJson } from '../../../src/conversations/list-row.js'
import { listConversations } from '../../../src/conversations/list.js'
import { requireWholeConversation, viewConversation } from '../../../src/conversations/view.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { saveMessage } from '../../../src/messages/save.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { applyTagRenames } from '../../../src/tags/apply-renames.js'
import { changeTag, createTag, deleteTag, setConversationTags } from '../../../src/tags/commands.js'
import { listTags } from '../../../src/tags/queries.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

const NAMES = ['a', 'b', 'c', 'd']

/** A database with one account and `count` conversations without tags. */
async function open (t: Test, count: number, path = ':memory:') {
  const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  const { reader: db, writer } = database
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const conversationId = randomUUID()
    await saveMessage(writer, { userNo: 1, conversationId, message: { messageId: `m${n}`, text: 'Hi' }, now: 1 + n })
    ids.push(conversationId)
  }
  return { ...database, db, ids }
}

type World = Awaited<ReturnType<typeof open>>

/** What a list by tags shows: the tags of each conversation, by its id. */
function listed ({ db }: Pick<World, 'db'>, tags: string[]) {
  const query = { isArchived: false, pinned: false, sortBy: 'updatedAt', sortDirection: 'desc', limit: 100, tags } as const
  const rows: Array<{ conversationId: string, tags: string[] }> =
    listConversations(db, 1, { ...query, tags: [...tags] }, conversationFilter).rows.map((row) => JSON.parse(rowJson(row)))
  return new Map(rows.map(({ conversationId, tags }) => [conversationId, tags.sort()]))
}

/** What is stored, whatever it is shown as. */
function stored ({ db }: Pick<World, 'db'>) {
  return db.$client.prepare<[], string>('SELECT DISTINCT tag FROM conversation_tags ORDER BY tag').pluck().all()
}

/** Fails unless everything that shows tags agrees with `expected`, the tags of each conversation. */
function check (t: Test, world: World, expected: Map<string, Set<string>>, tags: Set<string>) {
  const { db } = world
  const want = [...expected].map(([id, names]) => [id, [...names].sort()] as const)
  t.strictSame(listed(world, []), new Map(want), 'rows of the list')
  for (const name of NAMES) {
    t.strictSame(listed(world, [name]), new Map(want.filter(([, names]) => names.includes(name))), `the list of ${name}`)
  }
  t.strictSame(
    new Map(listTags(db, 1).map(({ tag, count }) => [tag, count])),
    new Map([...tags].map((tag) => [tag, want.filter(([, names]) => names.includes(tag)).length])), 'counts')
  for (const [id, names] of want.slice(0, 3)) {
    t.strictSame(viewConversation(requireWholeConversation(db, 1, id), 'ada').tags.sort(), names, 'a whole conversation')
  }
}

const name = fc.constantFrom(...NAMES)
const action = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(29), names: fc.subarray(NAMES) }),
  fc.record({ kind: fc.constant('rename' as const), from: name, to: name }),
  fc.record({ kind: fc.constant('delete' as const), from: name }),
  fc.record({ kind: fc.constant('create' as const), at: fc.nat(29), from: name }),
  fc.record({ kind: fc.constant('step' as const), count: fc.nat(4) })
)

t.test('renames, merges and deletions show at once, however many wait and whatever is written meanwhile', async (t) => {
  await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
    await t.test('', async (t) => {
      const world = await open(t, 30)
      const { db, writer, ids } = world
      const expected = new Map(ids.map((id) => [id, new Set<string>()]))
      const tags = new Set<string>()
      let steps = applyTagRenames.run(db, undefined)
      for (const [index, id] of ids.entries()) {
        const names = [NAMES[index % 2] ?? '']
        await setConversationTags(writer, { userNo: 1, conversationId: id, tags: names, now: 2 })
        for (const name of names) tags.add(name) && expected.get(id)?.add(name)
      }
      for (const action of actions) {
        const now = 3
        if (action.kind === 'step') {
          for (let n = 0; n < action.count; n++) if (steps.next().done) steps = applyTagRenames.run(db, undefined)
        } else if (action.kind === 'set') {
          const id = ids[action.at] ?? ''
          await setConversationTags(writer, { userNo: 1, conversationId: id, tags: action.names, now })
          expected.set(id, new Set(action.names))
          for (const name of action.names) tags.add(name)
        } else if (action.kind === 'create') {
          const id = ids[action.at] ?? ''
          await createTag(writer, { userNo: 1, tag: action.from, description: null, conversationId: id, now })
          expected.get(id)?.add(action.from)
          tags.add(action.from)
        } else if (tags.has(action.from)) {
          if (action.kind === 'rename') await changeTag(writer, { userNo: 1, tag: action.from, rename: action.to, now })
          else await deleteTag(writer, { userNo: 1, tag: action.from })
          tags.delete(action.from)
          if (action.kind === 'rename') tags.add(action.to)
          for (const names of expected.values()) {
            if (names.delete(action.from) && action.kind === 'rename') names.add(action.to)
          }
        }
        check(t, world, expected, tags)
      }
      for (let step = steps.next(); !step.done; step = steps.next()) continue
      for (const step of applyTagRenames.run(db, undefined)) t.equal(step, undefined)
      check(t, world, expected, tags)
      t.strictSame(stored(world), [...new Set([...expected.values()].flatMap((names) => [...names]))].sort(), 'nothing but what is shown')
    })
  }), { numRuns: 20 })
})

t.test('a rename goes on after a restart', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const first = await open(t, 60, path)
  for (const conversationId of first.ids) await setConversationTags(first.writer, { userNo: 1, conversationId, tags: ['a', 'b'], now: 2 })
  await changeTag(first.writer, { userNo: 1, tag: 'a', rename: 'z', now: 3 })
  await first.close()

  const second = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(second.close)
  const world = { db: second.reader }
  t.strictSame([...listed(world, ['z']).values()], Array(60).fill(['b', 'z']))
  t.strictSame(stored(world), ['a', 'b'])
  const housekeeping = createHousekeeping(second.writer, (error) => { throw error })
  housekeeping.schedule()
  await housekeeping.idle()
  t.strictSame(stored(world), ['b', 'z'])
  t.strictSame([...listed(world, ['z']).values()], Array(60).fill(['b', 'z']))
})

t.test('a conversation has at most 50 tags, by every way in', async (t) => {
  const { writer, ids: [conversationId = ''] } = await open(t, 1)
  const tags = Array.from({ length: 50 }, (_, n) => `tag ${n}`)
  await setConversationTags(writer, { userNo: 1, conversationId, tags, now: 2 })
  const another = { userNo: 1, tag: 'another', description: null, conversationId, now: 3 }
  await t.rejects(createTag(writer, another), { code: 'LIMIT_REACHED' })
  await t.resolves(createTag(writer, { ...another, tag: 'tag 7' }), 'one that it carries already')
})

t.test('a tag that is renamed while an import is published does not come back', async (t) => {
  const { db, writer, ids: [conversationId = ''] } = await open(t, 1)
  await setConversationTags(writer, { userNo: 1, conversationId, tags: ['a', 'b'], now: 1 })
  const setState = (state: string) => db.$client.prepare('UPDATE partitions SET state = ?').run(state)
  setState('publishing')
  await changeTag(writer, { userNo: 1, tag: 'a', rename: 'c', now: 2 })
  await deleteTag(writer, { userNo: 1, tag: 'b' })
  await applyTagRenames(writer)
  setState('live')
  t.strictSame(listed({ db }, []), new Map([[conversationId, ['c']]]))
  t.strictSame(stored({ db }), ['c'])
})
