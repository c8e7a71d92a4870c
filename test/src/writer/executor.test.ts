import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import t, { type Test } from 'tap'
import type { Db } from '../../../src/db/connection.js'
import { conversationKey } from '../../../src/db/keys.js'
import { openWriter } from '../../../src/db/open.js'
import * as schema from '../../../src/db/schema.js'
import { createExecutor, type Job } from '../../../src/writer/executor.js'
import type { CommandLimits } from '../../../src/writer/limits.js'
import { Sqlite } from '../../../src/db/sqlite.js'
import { processorMs } from '../../processor-time.js'

/** An executor over a table `done (what)`, turned by hand; `sql` is every statement SQLite ran. */
function setUp (t: Test, checkpoint?: () => boolean, limits?: CommandLimits) {
  const sql: string[] = []
  const sqlite = new Sqlite(':memory:', { verbose: (line) => { sql.push(String(line)) } })
  t.teardown(() => sqlite.close())
  sqlite.exec('CREATE TABLE done (what TEXT UNIQUE)')
  const db: Db = drizzle(sqlite, { schema })
  const turns: Array<() => void> = []
  const events: string[] = []
  const schedule = (turn: () => void) => { turns.push(turn) }
  const executor = createExecutor(db, { schedule, groupBudgetMs: Infinity, bulkBudgetMs: Infinity, limits, ...(checkpoint && { checkpoint }) })
  sql.length = 0

  const job = (name: string, run: (write: (what: string) => void) => unknown, lane: string | null = null): Job => ({
    name,
    lane,
    run: () => run((what) => { sqlite.prepare('INSERT INTO done VALUES (?)').run(what) }),
    succeed: (output) => { events.push(`${name} ${output}`) },
    fail: (error) => { events.push(`${name} failed: ${error instanceof Error ? error.message : error}`) }
  })

  function turnUntilIdle () {
    for (let turn = turns.shift(); turn; turn = turns.shift()) turn()
  }

  const rows = () => sqlite.prepare('SELECT what FROM done ORDER BY rowid').pluck().all()
  const commits = () => sql.filter((line) => line === 'COMMIT').length
  return { sqlite, executor, turns, events, job, turnUntilIdle, rows, commits }
}

t.test('commands that wait together share one commit and resolve after it', async (t) => {
  const { executor, events, job, turnUntilIdle, rows, commits } = setUp(t)
  for (const name of ['a', 'b', 'c']) {
    executor.submit(job(name, (write) => {
      t.strictSame(events, [], 'nobody is answered before the commit')
      write(name)
      return 'done'
    }))
  }
  turnUntilIdle()
  t.equal(commits(), 1)
  t.strictSame(events, ['a done', 'b done', 'c done'])
  t.strictSame(rows(), ['a', 'b', 'c'])
})

t.test('a transaction that cannot begin fails a command each time, and holds none back', async (t) => {
  const { sqlite, executor, turns, events, job, turnUntilIdle } = setUp(t)
  sqlite.pragma('query_only = 1')
  for (const name of ['a', 'b']) executor.submit(job(name, (write) => write(name)))
  turns.shift()?.()
  t.match(events, [/^a failed: attempt to write a readonly database/])
  sqlite.pragma('query_only = 0')
  turnUntilIdle()
  t.equal(events.at(-1), 'b undefined')
})

t.test('a command that throws undoes its own work only', async (t) => {
  const { executor, events, job, turnUntilIdle, rows } = setUp(t)
  executor.submit(job('a', (write) => write('a')))
  executor.submit(job('b', (write) => {
    write('b')
    throw new Error('no')
  }))
  executor.submit(job('c', (write) => write('c')))
  turnUntilIdle()
  t.strictSame(events, ['a undefined', 'b failed: no', 'c undefined'])
  t.strictSame(rows(), ['a', 'c'])
})

t.test('commands before one that throws take effect once, although they run again', async (t) => {
  const { executor, events, job, turnUntilIdle, rows } = setUp(t)
  let runs = 0
  executor.submit(job('a', (write) => {
    runs++
    write('a')
    return 'done'
  }))
  executor.submit(job('refused', () => { throw new Error('before it wrote') }))
  executor.submit(job('b', (write) => {
    write('b')
    throw new Error('after it wrote')
  }))
  executor.submit(job('c', (write) => write('c')))
  executor.submit(job('d', (write) => {
    write('d')
    throw new Error('after it wrote')
  }))
  turnUntilIdle()
  t.equal(runs, 3, 'again for each that had written')
  t.strictSame(rows(), ['a', 'c'])
  t.strictSame(events, [
    'a done', 'refused failed: before it wrote', 'b failed: after it wrote', 'c undefined', 'd failed: after it wrote'
  ])
})

t.test('ten thousand statements of one command take linear time', async (t) => {
  const db = openWriter(join(t.testdir(), 'parley.db'))
  t.teardown(() => db.$client.close())
  db.$client.exec(`INSERT INTO users (id, created_at, updated_at) VALUES ('ada', 1, 1);
    INSERT INTO partitions (user_no, state, created_at) VALUES (1, 'live', 1)`)
  const insert = db.$client.prepare(`INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, created_at, updated_at)
    VALUES (?, 1, ?, 'Trip', 'trip', 1, 1)`)
  db.$client.transaction(() => {
    for (let n = 0; n < 10_000; n++) insert.run(conversationKey(1, n), `c${n}`)
  })()
  const tag = db.$client.prepare('UPDATE conversations SET tags = \'["travel"]\' WHERE pk = ?')
  const timeOf = (first: number, end: number) => processorMs(() => {
    for (let n = first; n < end; n++) tag.run(conversationKey(1, n))
  })
  const turns: Array<() => void> = []
  const executor = createExecutor(db, { schedule: (turn) => { turns.push(turn) } })
  const answer = { lane: null, succeed: () => {}, fail: (error: unknown) => { throw error } }
  let ratio = 0
  executor.submit({ name: 'first', run: () => {}, ...answer })
  executor.submit({ name: 'long', run: () => { ratio = 1 / timeOf(0, 5000) * timeOf(5000, 10_000) }, ...answer })
  turns.shift()?.()
  t.ok(ratio > 0 && ratio < 2.5, `the second half takes ${ratio.toFixed(2)} times the first, and not 3 times or more, as quadratic time would be`)
})

t.test('a short command that exceeds a limit fails, a bulk command does not', async (t) => {
  const { sqlite, executor, events, job, turnUntilIdle, rows } = setUp(t, undefined, { statements: 3, rowsChanged: 2, bytesRead: 10 })
  const write = (count: number) => (write: (what: string) => void) => {
    for (let n = 0; n < count; n++) write(`${count} ${n}`)
  }
  executor.submit(job('two', write(2)))
  executor.submit(job('three', write(3)))
  executor.submit(job('looks', () => { for (let n = 0; n < 4; n++) sqlite.prepare('SELECT 1').get() }))
  executor.submit(job('reads', () => { sqlite.prepare('SELECT what || ? FROM done').all('.'.repeat(10)) }))
  executor.submit(job('walks', () => [...sqlite.prepare('SELECT what || ? FROM done').iterate('.'.repeat(10))].length))
  executor.submit(job('bulk', write(4), 'lane'))
  turnUntilIdle()
  t.strictSame(events, [
    'two undefined',
    'three failed: The short command three exceeds its limit of rowsChanged: 3 of 2',
    'looks failed: The short command looks exceeds its limit of statements: 4 of 3',
    'reads failed: The short command reads exceeds its limit of bytesRead: 26 of 10',
    'walks failed: The short command walks exceeds its limit of bytesRead: 26 of 10',
    'bulk undefined'
  ])
  t.strictSame(rows(), ['2 0', '2 1', '4 0', '4 1', '4 2', '4 3'])
})

t.test('a statement that rolls the transaction back fails all its commands', async (t) => {
  const { sqlite, executor, events, job, turnUntilIdle, rows } = setUp(t)
  sqlite.exec('INSERT INTO done VALUES (\'taken\')')
  executor.submit(job('a', (write) => write('a')))
  executor.submit(job('b', () => sqlite.exec('INSERT OR ROLLBACK INTO done VALUES (\'taken\')')))
  turnUntilIdle()
  t.equal(events.length, 2)
  t.ok(events.every((event) => event.includes('failed: UNIQUE')), String(events))
  t.strictSame(rows(), ['taken'])
})

t.test('bulk work gives way between its steps', async (t) => {
  const { executor, turns, events, job, turnUntilIdle, rows } = setUp(t)
  executor.submit(job('bulk', function * (write) {
    write('step 1')
    executor.submit(job('short', (write) => write('short')))
    yield
    write('step 2')
    return 'done'
  }, 'lane'))
  turns.shift()?.()
  t.strictSame(rows(), ['step 1'], 'stops after the step in which a short command arrived')
  turnUntilIdle()
  t.strictSame(rows(), ['step 1', 'short', 'step 2'])
  t.strictSame(events, ['short undefined', 'bulk done'])
})

t.test('a steady stream of short commands does not stop bulk work', async (t) => {
  const { executor, job, turnUntilIdle, rows } = setUp(t)
  let left = 20
  const again = (): Job => ({ ...job('short', () => {}), succeed: () => { if (left-- > 0) executor.submit(again()) } })
  executor.submit(again())
  executor.submit(job('bulk', (write) => {
    write(`with ${left > 0 ? 'some' : 'none'} left`)
  }, 'lane'))
  turnUntilIdle()
  t.strictSame(rows(), ['with some left'])
})

t.test('lanes take turns', async (t) => {
  const { executor, job, turnUntilIdle, rows } = setUp(t)
  const steps = (name: string) => job(name, function * (write) {
    for (const step of [1, 2]) {
      write(`${name}${step}`)
      // A short command ends the lane's turn.
      executor.submit(job('short', () => {}))
      yield
    }
  }, name)
  executor.submit(steps('a'))
  executor.submit(steps('b'))
  turnUntilIdle()
  t.strictSame(rows(), ['a1', 'b1', 'a2', 'b2'])
})

t.test('checkpoint is called after each transaction, outside of it', async (t) => {
  const outside: boolean[] = []
  const { sqlite, executor, job, turnUntilIdle } = setUp(t, () => {
    outside.push(!sqlite.inTransaction)
    return false
  })
  executor.submit(job('short', (write) => write('short')))
  turnUntilIdle()
  t.strictSame(outside, [true])
  let left = 5
  const again = (): Job => ({ ...job('short', () => {}), succeed: () => { if (left-- > 0) executor.submit(again()) } })
  executor.submit(again())
  turnUntilIdle()
  t.ok(outside.length > 5, 'while short commands come in a steady stream, too')
})

t.test('a checkpoint that wrote takes the turn of a bulk step', async (t) => {
  const done: string[] = []
  const checkpoints = [true, false]
  const { executor, job, turns } = setUp(t, () => {
    const isOne = checkpoints.shift() ?? false
    if (isOne) done.push('checkpoint')
    return isOne
  })
  executor.submit(job('bulk', () => { done.push('bulk') }, 'lane'))
  turns.shift()?.()
  t.strictSame(done, ['checkpoint'])
  turns.shift()?.()
  t.strictSame(done, ['checkpoint', 'bulk'])
})

t.test('a bulk job that fails undoes no other job', async (t) => {
  const { executor, events, job, turnUntilIdle, rows } = setUp(t)
  executor.submit(job('a1', (write) => write('a1'), 'a'))
  executor.submit(job('a2', function * (write) {
    write('a2')
    yield
    throw new Error('broken')
  }, 'a'))
  executor.submit(job('a3', (write) => write('a3'), 'a'))
  executor.submit(job('b1', (write) => write('b1'), 'b'))
  turnUntilIdle()
  t.strictSame(events, ['a1 undefined', 'b1 undefined', 'a2 failed: broken', 'a3 undefined'])
  t.strictSame(rows(), ['a1', 'b1', 'a3'])
})

t.test('bulk jobs that share a transaction save commits, and fail together', async (t) => {
  const { executor, events, job, turnUntilIdle, rows, commits } = setUp(t)
  const sharing = (name: string, run: (write: (what: string) => void) => unknown) => ({ ...job(name, run, 'a'), sharesTransaction: true })
  for (const name of ['a1', 'a2', 'a3']) executor.submit(sharing(name, (write) => write(name)))
  turnUntilIdle()
  t.equal(commits(), 1)
  executor.submit(sharing('a4', (write) => write('a4')))
  executor.submit(sharing('a5', () => { throw new Error('broken') }))
  turnUntilIdle()
  t.strictSame(events.slice(3), ['a4 failed: broken', 'a5 failed: broken'])
  t.strictSame(rows(), ['a1', 'a2', 'a3'])
})

t.test('a turn scheduled before a stop does nothing after it', async (t) => {
  let checkpoints = 0
  const { executor, job, turns } = setUp(t, () => {
    checkpoints++
    return false
  })
  executor.submit(job('short', (write) => write('short')))
  executor.stop()
  t.equal(turns.length, 1)
  turns.shift()?.()
  t.equal(checkpoints, 0)
})

t.test('a stop finishes short commands, fails bulk ones and refuses new ones', async (t) => {
  const { executor, events, job, rows } = setUp(t)
  executor.submit(job('bulk', (write) => write('bulk'), 'lane'))
  executor.submit(job('short', (write) => write('short')))
  executor.stop()
  executor.submit(job('late', (write) => write('late')))
  t.strictSame(events, ['short undefined', 'bulk failed: The server stopped before this was done', 'late failed: The writer has stopped'])
  t.strictSame(rows(), ['short'])
})
