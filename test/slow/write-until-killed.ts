import * as commandModule from '../../src/commands.js'
import { discardStaged } from '../../src/conversations/sweep.js'
import { createHousekeeping } from '../../src/housekeeping.js'
import { prepareSearch } from '../../src/search/index/commands.js'
import { openDatabase } from '../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../src/writer/limits.js'
import { random } from '../bench/data.js'
import { accountOf, writeSomething } from '../src/search/writes.js'

/*
 * A process of its own that writes to a database, several writes at a time, until somebody kills it or its parent is gone.
 * Arguments: the file, and a seed.
 */

process.on('disconnect', () => process.exit())

const [path = '', seed = '1'] = process.argv.slice(2)
const database = await openDatabase(path, commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
const housekeeping = createHousekeeping(database.writer, (error) => { throw error })
await discardStaged(database.writer)
await prepareSearch(database.writer)
housekeeping.schedule()
process.send?.('writing')

await Promise.all([1, 2, 3].map(async (nth) => {
  const desk = { database, housekeeping, userNo: await accountOf(database, `account ${nth}`), next: random(Number(seed) * 10 + nth) }
  for (;;) await writeSomething(desk)
}))
