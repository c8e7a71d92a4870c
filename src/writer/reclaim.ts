import { defineCommand } from './command.js'

/** Free pages that stay in the file for the next writes. Moving them costs more than the space they use. */
const KEPT_PAGES = 1024

/** Pages that one step frees. SQLite moves as many pages from the end of the file into free ones. */
const STEP_PAGES = 200

/** Returns the space of deleted rows to the disk. The file shrinks at the next checkpoint. */
export const reclaimSpace = defineCommand({
  name: 'reclaimSpace',
  kind: 'bulk',
  grows: false,
  lane: () => 'reclaim',
  // Raw SQL: pragmas.
  * run ({ $client: sqlite }): Generator<void, void, void> {
    const freePages = () => Number(sqlite.pragma('freelist_count', { simple: true }))
    for (let free = freePages(); free > KEPT_PAGES; free = freePages()) {
      // `exec` steps to the end, because the statement returns a row for each page.
      sqlite.exec(`PRAGMA incremental_vacuum(${Math.min(STEP_PAGES, free - KEPT_PAGES)})`)
      yield
      // A file that was created without incremental vacuum keeps its pages.
      if (freePages() === free) return
    }
  }
})
