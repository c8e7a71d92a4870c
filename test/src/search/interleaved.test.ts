import t from 'tap'
import { deleteAccount } from '../../../src/accounts/deletion.js'
import * as commandModule from '../../../src/commands.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { random } from '../../bench/data.js'
import { accountOf, writeSomething } from './writes.js'

t.test('after any writes in any order the index matches the stored texts', async (t) => {
  for (const seed of [1, 2, 3]) {
    const database = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
    const housekeeping = createHousekeeping(database.writer, (error) => { throw error })
    const desk = { database, housekeeping, userNo: await accountOf(database, 'ada'), next: random(seed) }
    for (let round = 0; round < 10; round++) {
      for (let write = 0; write < 30; write++) await writeSomething(desk)
      t.strictSame(searchFaults(database.reader), [], `${30 * (round + 1)} writes from seed ${seed}`)
    }
    await deleteAccount(database.writer, { userNo: desk.userNo, now: 1 })
    housekeeping.schedule()
    await housekeeping.idle()
    t.strictSame(searchFaults(database.reader), [])
    t.equal(database.reader.$client.prepare('SELECT count(*) FROM search_terms').pluck().get(), 0, 'no word of a deleted account is left')
    await database.close()
  }
})
