import t from 'tap'
import { amongSql, type PageShape, walkSql } from '../../../src/conversations/page-sql.js'
import { openWriter } from '../../../src/db/open.js'
import { messageQueries } from '../../../src/search/find/messages.js'
import { postingQueries } from '../../../src/search/find/postings.js'

const { $client: sqlite } = openWriter(':memory:')

/** How SQLite says it runs a query, a line for each step. */
function plan (sql: string, ...parameters: unknown[]) {
  const rows = sqlite.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters)
  return rows.map(({ detail }) => detail)
}

const named = { match: '"a"', first: 1, last: 2, pk: 1, firstPk: 1, lastPk: 1, n: 1, limit: 1, userNo: 1, after: 1, partitions: '[]', places: '[]' }

/** The parameters of `named` that a piece of SQL has. */
function used (sql: string) {
  return Object.fromEntries(Object.entries(named).filter(([parameter]) => sql.includes(`:${parameter}`)))
}

for (const [name, sql] of Object.entries({ ...postingQueries, ...messageQueries })) {
  if (!sql.includes('MATCH')) continue
  t.test(`${name} asks the index for a range of rows`, async (t) => {
    // `M` is the match, `>` and `<` the range: both are given to FTS5, which then seeks instead of passing over the others' rows.
    t.match(plan(sql, used(sql)).join('; '), /SCAN (search|s) VIRTUAL TABLE INDEX \d+:M\d><(;|$)/)
    // It ignores an end of a range that is no integer, and a number from JavaScript is none until SQLite has shifted it.
    const [, first = '', last = ''] = /rowid BETWEEN (.+?) AND (.+?)( LIMIT| AND|$)/.exec(sql) ?? []
    for (const end of [first, last]) t.equal(sqlite.prepare(`SELECT typeof(${end})`).pluck().get(used(end)), 'integer', end)
  })
}

t.test('a user\'s messages come by time without sorting', async (t) => {
  const steps = plan(messageQueries.walked, { userNo: 1, after: 1, pk: 1, n: 1, partitions: '[]' })
  t.match(steps[0], /SEARCH m USING (COVERING )?INDEX messages_time \(<expr>=\? AND created_at<\?\)/)
  t.notOk(steps.some((step) => step.includes('TEMP B-TREE')))
})

t.test('the times of found messages are read without their bodies', async (t) => {
  const steps = plan(messageQueries.among, used(messageQueries.among))
  t.ok(steps.some((step) => /SEARCH m USING COVERING INDEX messages_created \(pk=\? AND created_at<\?\)/.test(step)), steps.join('; '))
})

for (const sortBy of ['updatedAt', 'createdAt', 'title'] as const) {
  for (const [tags, pinned] of [[0, false], [2, false], [2, true], [0, true]] as const) {
    for (const partitions of [1, 2]) {
      const shape: PageShape = { sortBy, sortDirection: 'desc', pinned, tags, partitions, paged: true }
      const name = `${sortBy}, ${tags} tags, ${partitions} partitions${pinned ? ', pinned' : ''}`

      t.test(`the list is walked in its order: ${name}`, async (t) => {
        const sql = walkSql(shape)
        const steps = plan(sql, ...Array(sql.split('?').length - 1).fill(1))
        t.notOk(steps.some((step) => /SCAN c|TEMP B-TREE FOR ORDER BY/.test(step)), steps.join('; '))
      })

      t.test(`a few conversations are looked up by their keys: ${name}`, async (t) => {
        const sql = amongSql(shape)
        const steps = plan(sql, ...Array(sql.split('?').length - 1).fill('[]'))
        t.ok(steps.some((step) => step.includes('SEARCH conversations USING INTEGER PRIMARY KEY (rowid=?)')), steps.join('; '))
      })
    }
  }
}
