import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Budget } from './budget.js'
import type { ArchiveEntry } from './archive-entry.js'

/** The files in a folder and in the folders in it, by name. Links are not followed. */
export function * folderEntries (folder: string, budget: Budget): Generator<ArchiveEntry> {
  for (const path of filesIn(folder)) {
    budget.countEntries(1)
    yield { name: relative(folder, path), packedBytes: statSync(path).size, open: () => createReadStream(path) }
  }
}

// Not `recursive` of `readdirSync`, which follows links from Node 24 on.
function * filesIn (folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield * filesIn(path)
    else if (entry.isFile()) yield path
  }
}
