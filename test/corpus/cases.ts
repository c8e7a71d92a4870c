import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/paths.js'

/** Inputs beside the repository, with a README that says what each must give. */
export const casesFolder = join(packageRoot, '../shared/cases')

/** The files in the folder, but for the README and the pairs, which have a test of their own. */
export function caseFiles (): string[] {
  return readdirSync(casesFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath, entry.name).slice(casesFolder.length + 1))
    .filter((file) => !file.startsWith('again/'))
    .sort()
}
