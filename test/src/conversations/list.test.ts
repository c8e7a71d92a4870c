import fc from 'fast-check'
import t, { type Test } from 'tap'
import { rowJson } from '../../../src/conversations/list-row.js'
import type { ListQuery, SortBy } from '../../../src/conversations/list-shape.js'
import { listConversations } from '../../../src/conversations/list.js'
import { pageSql } from '../../../src/conversations/page-sql.js'
import { createPartition, livePartitions } from '../../../src/conversations/partitions.js'
import { titleKey } from '../../../src/search/index/title-key.js'
import type { Db } from '../../../src/db/connection.js'
import { conversationKey } from '../../../src/db/keys.js'
import { openWriter } from '../../../src/db/open.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'

const USER = 1
const OTHER = 2
const TAGS = ['travel', 'work', 'ideas']

interface Made { pk: number, title: string, createdAt: number, updatedAt: number, archivedAt: number, isArchived: boolean, pinned: boolean, tags: string[] }

const everything: ListQuery = {
  isArchived: false, pinned: false, sortBy: 'updatedAt', sortDirection: 'desc', tags: [], limit: 25
}

/** Few distinct values, so that almost every row ties with another. */
const conversation = fc.record({
  title: fc.constantFrom('', 'a', 'A', 'b', 'Über', 'uber', '日本'),
  createdAt: fc.integer({ min: 0, max: 3 }),
  updatedAt: fc.integer({ min: 0, max: 3 }),
  isArchived: fc.boolean(),
  pinned: fc.boolean(),
  tags: fc.subarray(TAGS),
  /** Which of two partitions, as while an import settles. */
  home: fc.boolean(),
  mine: fc.boolean()
})

type Conversation = typeof conversation extends fc.Arbitrary<infer T> ? T : never

function openDatabase (t: Test) {
  const db = openWriter(':memory:')
  t.teardown(() => db.$client.close())
  db.$client.exec(`INSERT INTO users (no, id, created_at, updated_at) VALUES (${USER}, 'ada', 1, 1), (${OTHER}, 'eve', 1, 1)`)
  return db
}

/** Fills an empty database and tells what the user has in it. */
function fill (db: Db, rows: Conversation[]): Made[] {
  db.$client.exec('DELETE FROM conversations; DELETE FROM partitions')
  const [home, imported, foreign] = [USER, USER, OTHER].map((userNo) => createPartition(db, userNo, 'live', 1))
  const insert = db.$client.prepare(
    `INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, tags, is_archived, archived_at, pinned, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const made: Made[] = []
  for (const [index, { mine, home: isHome, ...row }] of rows.entries()) {
    const pk = conversationKey(mine ? USER : OTHER, index + 1)
    const partition = mine ? isHome ? home : imported : foreign
    insert.run(pk, partition, `c${index}`, row.title, titleKey(row.title), JSON.stringify(row.tags),
      Number(row.isArchived), row.isArchived ? row.createdAt : null, Number(row.pinned), row.createdAt, row.updatedAt)
    if (mine) made.push({ pk, archivedAt: row.createdAt, ...row })
  }
  return made
}

/** The list as a naive program makes it. */
function expected (made: Made[], { isArchived, pinned, tags, sortBy, sortDirection }: ListQuery): number[] {
  const key = (row: Made) => sortBy === 'title' ? titleKey(row.title) : row[sortBy]
  const sign = sortDirection === 'asc' ? 1 : -1
  return made
    .filter((row) => row.isArchived === isArchived && (!pinned || row.pinned))
    .filter((row) => tags.length === 0 || row.tags.some((tag) => tags.includes(tag)))
    .sort((a, b) => {
      const [left, right] = [key(a), key(b)]
      return sign * (left < right ? -1 : left > right ? 1 : a.pk - b.pk)
    })
    .map(({ pk }) => pk)
}

function allPages (db: Db, query: ListQuery): number[] {
  const pks: number[] = []
  let cursor: string | undefined
  do {
    const page = listConversations(db, USER, { ...query, ...(cursor !== undefined && { cursor }) }, conversationFilter)
    t.ok(page.rows.length <= query.limit, 'no page is larger than its limit')
    pks.push(...page.rows.map((row) => {
      const { conversationId } = JSON.parse(rowJson(row))
      return conversationKey(USER, Number(conversationId.slice(1)) + 1)
    }))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return pks
}

t.test('pages joined are the whole list, nothing twice, for every sort, direction, filter and page size', async (t) => {
  const db = openDatabase(t)
  const query = fc.record({
    isArchived: fc.boolean(), pinned: fc.boolean(), tags: fc.subarray(TAGS), limit: fc.integer({ min: 1, max: 100 })
  })
  fc.assert(fc.property(fc.array(conversation, { maxLength: 120 }), query, (rows, filters) => {
    const made = fill(db, rows)
    const sorts: SortBy[] = ['updatedAt', 'createdAt', 'title', ...filters.isArchived ? ['archivedAt' as const] : []]
    for (const sortBy of sorts) {
      for (const sortDirection of ['asc', 'desc'] as const) {
        const query = { ...filters, sortBy, sortDirection }
        const pages = allPages(db, query)
        if (pages.join() !== expected(made, query).join()) throw new Error(`${JSON.stringify(query)}: ${pages}`)
      }
    }
  }), { numRuns: 500 })
  t.pass('500 data sets, each sort of theirs, 2 directions each')
})

t.test('a walk survives changes between its pages', async (t) => {
  const db = openDatabase(t)
  const rows = Array.from({ length: 30 }, (): Conversation => ({
    title: 'a', createdAt: 1, updatedAt: 1, isArchived: false, pinned: false, tags: [], home: true, mine: true
  }))
  const made = fill(db, rows)
  const first = listConversations(db, USER, { ...everything, limit: 10 }, conversationFilter)
  db.$client.exec(`UPDATE conversations SET updated_at = 9 WHERE pk = ${made[3]?.pk}`)
  const rest = listConversations(db, USER, { ...everything, limit: 100, ...(first.nextCursor && { cursor: first.nextCursor }) }, conversationFilter)
  const seen = [...first.rows, ...rest.rows].map((row) => JSON.parse(rowJson(row)).conversationId)
  t.equal(new Set(seen).size, seen.length, 'no unchanged row comes twice')
  t.equal(seen.length, 29, 'only the row that moved away to the front is not met')
})

t.test('a cursor is refused as soon as one filter or the order is another', async (t) => {
  const db = openDatabase(t)
  const made: Conversation = { title: 'a', createdAt: 1, updatedAt: 1, isArchived: false, pinned: false, tags: ['travel', 'work'], home: true, mine: true }
  const rows: Conversation[] = []
  for (const isArchived of [false, true]) {
    for (const pinned of [false, true]) rows.push({ ...made, isArchived, pinned }, { ...made, isArchived, pinned })
  }
  fill(db, rows)
  const queries: Record<string, Partial<ListQuery>> = {
    all: {},
    archived: { isArchived: true },
    pinned: { pinned: true },
    'with a tag': { tags: ['travel'] },
    'with another tag': { tags: ['work'] },
    'with both': { tags: ['travel', 'work'] },
    'by creation': { sortBy: 'createdAt' },
    'oldest first': { sortDirection: 'asc' }
  }
  for (const [from, query] of Object.entries(queries)) {
    const { nextCursor: cursor } = listConversations(db, USER, { ...everything, ...query, limit: 1 }, conversationFilter)
    if (cursor === null) throw new Error(`${from} has one page only`)
    for (const [to, other] of Object.entries({ ...queries, 'with a search': { search: 'a' } })) {
      const again = () => listConversations(db, USER, { ...everything, ...other, limit: 1, cursor }, conversationFilter)
      if (to === from) t.doesNotThrow(again, `${from} again`)
      else t.throws(again, { code: 'INVALID_CURSOR' }, `${from}, then ${to}`)
    }
  }
})

t.test('a row looked up by its key or by tag is the row of the list, whatever changes', async (t) => {
  const db = openDatabase(t)
  const [made] = fill(db, [{ title: 'a', createdAt: 1, updatedAt: 1, isArchived: false, pinned: false, tags: ['a'], home: true, mine: true }])
  const differing = db.$client.prepare(`SELECT count(*) FROM conversations c LEFT JOIN list_rows r ON r.conversation_pk = c.pk
    LEFT JOIN conversation_tags t ON t.conversation_pk = c.pk WHERE r.row IS NOT c.list_row OR t.list_row IS NOT c.list_row`).pluck()
  t.equal(differing.get(), 0)
  const columns = db.$client.prepare<[], { name: string, type: string, hidden: number }>('SELECT name, type, hidden FROM pragma_table_xinfo(\'conversations\')').all()
    .filter(({ name, hidden }) => hidden === 0 && name !== 'pk' && name !== 'partition_no')
  t.ok(columns.length > 20)
  for (const { name, type } of columns) {
    const value = ['tags', 'settings'].includes(name) ? '["b"]' : type.toLowerCase() === 'integer' ? 1 : 'b'
    db.$client.prepare(`UPDATE conversations SET ${name} = ? WHERE pk = ?`).run(value, made?.pk)
    t.equal(differing.get(), 0, name)
  }
  db.$client.prepare('DELETE FROM conversations WHERE pk = ?').run(made?.pk)
  t.equal(db.$client.prepare('SELECT count(*) FROM list_rows WHERE conversation_pk = ?').pluck().get(made?.pk), 0)
})

t.test('only live partitions are listed', async (t) => {
  const db = openDatabase(t)
  fill(db, [{ title: 'a', createdAt: 1, updatedAt: 1, isArchived: false, pinned: false, tags: ['work'], home: true, mine: true }])
  const [home] = livePartitions(db, USER)
  for (const state of ['staged', 'dropped', 'discarded']) {
    db.$client.prepare('UPDATE partitions SET state = ? WHERE no = ?').run(state, home)
    t.strictSame(listConversations(db, USER, everything, conversationFilter), { rows: [], nextCursor: null }, state)
    t.strictSame(listConversations(db, USER, { ...everything, tags: ['work'] }, conversationFilter), { rows: [], nextCursor: null }, `${state}, by tag`)
  }
})

/** Which columns a statement reads from the table itself: the program of SQLite's virtual machine tells. */
function columnsReadFromTable (db: Db, sql: string) {
  const { $client: sqlite } = db
  const root = sqlite.prepare('SELECT rootpage FROM sqlite_schema WHERE name = \'conversations\'').pluck().get()
  const program = sqlite.prepare<[], { opcode: string, p1: number, p2: number }>(`EXPLAIN ${sql.replaceAll('?', '1')}`).all()
  const table = new Set(program.filter(({ opcode, p2 }) => opcode === 'OpenRead' && p2 === root).map(({ p1 }) => p1))
  return program.filter(({ opcode, p1 }) => opcode === 'Column' && table.has(p1))
}

t.test('the most tags are found in many partitions, as while many imports settle', async (t) => {
  const db = openDatabase(t)
  const made = fill(db, [{ title: 'a', createdAt: 1, updatedAt: 1, isArchived: false, pinned: false, tags: ['work'], home: false, mine: true }])
  for (let more = 0; more < 20; more++) createPartition(db, USER, 'live', 1)
  const tags = ['work', ...Array.from({ length: 19 }, (_, index) => `tag ${index}`)]
  for (const isArchived of [false, null]) {
    const { rows } = listConversations(db, USER, { ...everything, isArchived, tags }, conversationFilter)
    t.equal(rows.length, made.length)
  }
})

t.test('no page scans or sorts', async (t) => {
  const db = openDatabase(t)
  for (const sortBy of ['updatedAt', 'createdAt', 'title'] satisfies SortBy[]) {
    for (const sortDirection of ['asc', 'desc'] as const) {
      for (const [tags, pinned, sources] of [[0, false, 1], [0, true, 1], [1, false, 1], [3, false, 1], [2, true, 1], [0, false, 3], [2, false, 2]] as const) {
        const sql = pageSql({ sortBy, sortDirection, pinned, tags, sources, paged: true })
        const plan = db.$client.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`).all().map(({ detail }) => detail)
        const name = `${sortBy} ${sortDirection}, ${tags} tags, pinned ${pinned}, ${sources} sources`
        t.notOk(plan.some((step) => /^SCAN (?!p$|CONSTANT)/.test(step)), `${name}: ${plan.join('; ')}`)
        const sorts = plan.filter((step) => step.includes('TEMP B-TREE'))
        t.strictSame(sorts, [], `${name}: ${plan.join('; ')}`)
        t.strictSame(columnsReadFromTable(db, sql), [], `${name} reads indexes only`)
      }
    }
  }
})
