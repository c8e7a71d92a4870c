import t from 'tap'
import * as commandModule from '../../../src/commands.js'
import { deleteAllConversations } from '../../../src/conversations/commands.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { openDatabase } from '../../../src/writer/database.js'
import { random } from '../../bench/data.js'
import { accountOf, writeSomething } from '../search/writes.js'

const COUNTED = 'SELECT no, conversations, messages FROM partitions ORDER BY no'
const ACTUAL = `SELECT p.no, count(c.pk) AS conversations, coalesce(sum(c.message_count), 0) AS messages
  FROM partitions p LEFT JOIN conversations c ON c.partition_no = p.no GROUP BY p.no ORDER BY p.no`

t.test('a partition knows how many conversations and messages it has, after any writes', async (t) => {
  const database = await openDatabase(':memory:', commandModule, (error) => { throw error })
  t.teardown(() => database.close())
  const { reader: db, writer } = database
  const housekeeping = createHousekeeping(writer, (error) => { throw error })
  const desk = { database, housekeeping, userNo: await accountOf(database, 'ada'), next: random(4) }
  const assertCounts = () => t.strictSame(db.$client.prepare(COUNTED).all(), db.$client.prepare(ACTUAL).all())
  for (let round = 0; round < 15; round++) {
    for (let write = 0; write < 20; write++) await writeSomething(desk)
    assertCounts()
  }
  housekeeping.schedule()
  await housekeeping.idle()
  assertCounts()
  const left = db.$client.prepare('SELECT count(*) AS conversations, coalesce(sum(message_count), 0) AS messages FROM conversations').get()
  t.strictSame(await deleteAllConversations(writer, { userNo: desk.userNo }), left)
  assertCounts()
})
