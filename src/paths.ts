import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The folder with package.json, from `src/` as from `dist/src/`. */
export const packageRoot = findUp(import.meta.dirname, 'package.json')

/** The folder of the migrations. */
export const migrationsFolder = join(packageRoot, 'data/migrations')

/** Resolves a configured path. Relative paths start at the package, not at the working directory. */
export function fromPackageRoot (path: string) {
  return resolve(packageRoot, path)
}

/** Returns the URL of a worker's file, relative to the module at `base`: `.ts` if that runs as TypeScript, else `.js`. */
export function threadFile (base: string, name: string) {
  return new URL(name + (base.endsWith('.ts') ? '.ts' : '.js'), base)
}

function findUp (folder: string, name: string): string {
  if (existsSync(join(folder, name))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error(`No ${name} above ${import.meta.dirname}`)
  return findUp(parent, name)
}
