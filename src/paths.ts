import { existsSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'

/** The folder with package.json, from `src/` as from `dist/src/`. */
export const packageRoot = findUp(import.meta.dirname, 'package.json')

/** The folder of the migrations. */
export const migrationsFolder = join(packageRoot, 'data/migrations')

/**
 * The folder of `.env`, where relative paths in settings start: the checkout. An installed package takes the working
 * directory, because the next update replaces the package's own folder.
 */
export const homeFolder = packageRoot.split(sep).includes('node_modules') ? process.cwd() : packageRoot

/** Resolves a path in a setting. */
export function fromHome (path: string) {
  return resolve(homeFolder, path)
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
