import { searchFaults } from '../src/search/index/check.js'
import type { Database } from '../src/writer/database.js'

/**
 * Fails the test if the search index of a server differs in a single word from the texts that are stored. `build`
 * does this at the end of every test, so every way of writing that any test takes is checked.
 */
export function assertSearchIndex ({ database }: { database: Database }) {
  if (!database.reader.$client.open) return
  const faults = searchFaults(database.reader)
  if (faults.length > 0) throw new Error(faults.join('\n'))
}
