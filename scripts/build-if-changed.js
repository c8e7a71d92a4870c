import { execSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Builds dist/ unless it is newer than everything it is made from. npm runs this after `npm ci` and before `npm start`.
 * Plain JavaScript, because it runs before anything is compiled.
 */

const root = join(import.meta.dirname, '..')
/** What dist/ is made from: files, and folders with all that is in them. */
const SOURCES = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'src', 'plugins', 'routes', 'test/openapi.json']
/** What builds and type checks write beside the sources. */
const GENERATED = join(root, 'src/web/api/schema.d.ts')
const ENTRY = join(root, 'dist/src/server.js')
/** An empty file that `npm run build` leaves, whose time says when. A packed dist/ comes without sources, so it is never out of date. */
const STAMP = join(root, 'dist/.built')

/** When a file or anything in a folder last changed, in milliseconds; 0 if there is none. A removed file changes its folder. */
function lastChange (path) {
  if (path === GENERATED || !existsSync(path)) return 0
  const stats = statSync(path)
  const inside = stats.isDirectory() ? readdirSync(path).map((name) => lastChange(join(path, name))) : []
  return Math.max(stats.mtimeMs, ...inside)
}

/** Whether the development dependencies are installed, which the compiler is one of. */
const hasCompiler = existsSync(join(root, 'node_modules/.bin/tsc'))

const changed = Math.max(...SOURCES.map((name) => lastChange(join(root, name))))
if (lastChange(STAMP) < changed) {
  if (hasCompiler) {
    execSync('npm run --silent build', { cwd: root, stdio: 'inherit' })
  } else if (!existsSync(ENTRY)) {
    // An install without development dependencies brings no compiler, and must not fail for that: dist/ may come later.
    console.error('Parley is not built, and the compiler is not installed: run `npm ci` without --omit=dev, then `npm start`')
    if (process.env.npm_lifecycle_event !== 'prepare') process.exitCode = 1
  }
}
