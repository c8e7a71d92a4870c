import t from 'tap'
import { candidatesSql, type PageShape, scanSql } from '../../../src/conversations/page-sql.js'
import { openWriter } from '../../../src/db/open.js'
import { blockQueries } from '../../../src/search/find/blocks.js'
import { messageQueries } from '../../../src/search/find/newest-messages.js'
import { amongKeys, postingQueries } from '../../../src/search/find/postings.js'
import { changeTimes } from '../../../src/search/find/rank-conversations.js'
import { rankedTimes } from '../../../src/search/find/rank-messages.js'
import { bothIndexes, indexAlone } from '../../../src/search/find/sources.js'

const { $client: sqlite } = openWriter(':memory:')

/** Returns the query plan, one line for each step. */
function plan (sql: string, ...parameters: unknown[]) {
  const rows = sqlite.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters)
  return rows.map(({ detail }) => detail)
}

const named = { match: '"a"', first: 1, last: 2, pk: 1, firstPk: 1, lastPk: 1, n: 1, limit: 1, userNo: 1, after: 1, from: 1, before: 1, keys: '[]', matches: '[]' }

/** The parameters of `named` that a piece of SQL has. */
function used (sql: string) {
  return Object.fromEntries(Object.entries(named).filter(([parameter]) => sql.includes(`:${parameter}`)))
}

for (const [name, sql] of Object.entries({ ...postingQueries(indexAlone), ...blockQueries(indexAlone) })) {
  t.test(`the query ${name} seeks a range of the index`, async (t) => {
    // `M` is the match, `>` and `<` are the range. FTS5 gets both, so it seeks.
    t.match(plan(sql, used(sql)).join('; '), /SCAN (search|s) VIRTUAL TABLE INDEX \d+:M\d><(;|$)/)
    // FTS5 ignores a REAL bound. better-sqlite3 binds numbers as REAL, and the bit operations of a key make them INTEGER.
    const [, first = '', last = ''] = /rowid BETWEEN (.+?) AND (.+?)(\s+ORDER| LIMIT| AND|$)/.exec(sql) ?? []
    for (const end of [first, last]) t.equal(sqlite.prepare(`SELECT typeof(${end})`).pluck().get(used(end)), 'integer', end)
  })
}

for (const [name, sql] of Object.entries({ ...postingQueries(bothIndexes), ...blockQueries(bothIndexes) })) {
  t.test(`while the index is made again, the query ${name} seeks a range of both indexes`, async (t) => {
    const steps = plan(sql, used(sql)).join('; ')
    t.match(steps, /SCAN search VIRTUAL TABLE INDEX \d+:M\d></)
    t.match(steps, /SCAN search_previous VIRTUAL TABLE INDEX \d+:M\d><?/)
  })
}

t.test('a user\'s messages are scanned newest first without sorting', async (t) => {
  const steps = plan(messageQueries.newestFirst, used(messageQueries.newestFirst))
  t.match(steps[0], /SEARCH m USING (COVERING )?INDEX messages_time \(<expr>=\? AND created_at>\? AND created_at<\?\)/)
  t.notOk(steps.some((step) => step.includes('TEMP B-TREE')))
})

t.test('the times of matches are read from a covering index', async (t) => {
  const steps = plan(messageQueries.sortMatches, used(messageQueries.sortMatches))
  t.ok(steps.some((step) => /SEARCH m USING COVERING INDEX messages_created \(pk=\? AND created_at>\? AND created_at<\?\)/.test(step)), steps.join('; '))
})

t.test('ranking looks up its candidates by their keys', async (t) => {
  const among = amongKeys(indexAlone)
  t.match(plan(among, used(among)), [/^SCAN key /, /^SCAN search VIRTUAL TABLE INDEX \d+:=M\d$/])
  t.equal(sqlite.prepare('SELECT typeof((:first << 18 | 0) + value) FROM json_each(\'[1]\')').pluck().get({ first: 1 }), 'integer')
  t.match(plan(rankedTimes, used(rankedTimes))[1], /^SEARCH m USING COVERING INDEX messages_created \(pk=\? /)
  t.equal(plan(changeTimes, used(changeTimes))[1], 'SEARCH c USING INTEGER PRIMARY KEY (rowid=?)')
})

for (const sortBy of ['updatedAt', 'createdAt', 'title'] as const) {
  for (const [tags, pinned] of [[0, false], [2, false], [2, true], [0, true]] as const) {
    for (const sources of [1, 2]) {
      const shape: PageShape = { sortBy, sortDirection: 'desc', pinned, tags, sources, paged: true }
      const name = `${sortBy}, ${tags} tags, ${sources} sources${pinned ? ', pinned' : ''}`

      t.test(`the list is scanned in its order: ${name}`, async (t) => {
        const sql = scanSql(shape)
        const steps = plan(sql, ...Array(sql.split('?').length - 1).fill(1))
        t.notOk(steps.some((step) => /SCAN c|TEMP B-TREE FOR ORDER BY/.test(step)), steps.join('; '))
      })

      t.test(`a few conversations are looked up by their keys: ${name}`, async (t) => {
        const sql = candidatesSql(shape)
        const steps = plan(sql, ...Array(sql.split('?').length - 1).fill('[]'))
        t.ok(steps.some((step) => step.includes('SEARCH conversations USING INTEGER PRIMARY KEY (rowid=?)')), steps.join('; '))
      })
    }
  }
}
