import { createHousekeeping } from '../../../src/writer/housekeeping.js'
import { openStorage } from '../../../src/writer/storage.js'
import { random } from '../../bench/data.js'
import { accountOf, writeSomething } from './writes.js'

/*
 * A process of its own that writes to a database, several writes at a time, until somebody kills it.
 * Arguments: the file, and a seed.
 */

const [path = '', seed = '1'] = process.argv.slice(2)
const storage = await openStorage(path, (error) => { throw error })
const housekeeping = createHousekeeping(storage.writer, (error) => { throw error })
await storage.writer.run('discardStaged', {})
await storage.writer.run('prepareSearch', {})
housekeeping.nudge()
process.send?.('writing')

await Promise.all([1, 2, 3].map(async (nth) => {
  const desk = { storage, housekeeping, userNo: await accountOf(storage, `account ${nth}`), next: random(Number(seed) * 10 + nth) }
  for (;;) await writeSomething(desk)
}))
