import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The folder that holds package.json, the same from `src/` and from `dist/src/`. */
export const packageRoot = findUp(import.meta.dirname, 'package.json')

/** Where the checked-in migrations are. */
export const migrationsFolder = join(packageRoot, 'data/migrations')

/** A configured path as an absolute one: relative paths are relative to the package, not to the working directory. */
export function fromPackageRoot (path: string) {
  return resolve(packageRoot, path)
}

/**
 * The file of a worker thread or child process, named relative to the module at `base`: `.ts` when a loader runs
 * TypeScript, `.js` when it is compiled.
 */
export function threadFile (base: string, name: string) {
  return new URL(name + (base.endsWith('.ts') ? '.ts' : '.js'), base)
}

function findUp (folder: string, name: string): string {
  if (existsSync(join(folder, name))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error(`No ${name} above ${import.meta.dirname}`)
  return findUp(parent, name)
}
