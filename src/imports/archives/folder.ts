import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Budget } from './budget.js'
import type { ArchiveEntry } from './archive-entry.js'

/** The files in a folder and in the folders in it, by name. Links are not followed. */
export function * folderEntries (folder: string, budget: Budget): Generator<ArchiveEntry> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
  budget.countEntries(paths.length)
  for (const path of paths) {
    yield { name: relative(folder, path), packedBytes: statSync(path).size, open: () => createReadStream(path) }
  }
}
