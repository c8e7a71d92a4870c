import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/paths.js'
import { compareResults, type Result, toMarkdown } from './report.js'

/*
 * npm run bench [-- NAME …] [-- --compare FILE]
 * Runs the benches, or the named ones, prints a table, and writes it as JSON and Markdown to test/bench/results.
 */

/** Each bench by its name; a module with a default export that measures and answers its results. */
const benches: Record<string, () => Promise<{ default: () => Promise<Result[]> }>> = {
  list: () => import('./list.js'),
  keys: () => import('./keys.js'),
  filters: () => import('./filters.js'),
  read: () => import('./read.js'),
  write: () => import('./write.js'),
  growth: () => import('./growth.js'),
  memory: () => import('./memory.js'),
  delete: () => import('./delete.js'),
  fork: () => import('./fork.js'),
  search: () => import('./search.js'),
  relevance: () => import('./relevance.js'),
  import: () => import('./import.js'),
  export: () => import('./export.js'),
  start: () => import('./start.js'),
  neighbours: () => import('./neighbours.js'),
  pocketbase: () => import('./pocketbase.js'),
  bombs: () => import('./bombs.js'),
  page: () => import('./page.js')
}

/** What takes long, needs a browser, or is no figure of the table of targets runs when it is named. */
const ONLY_BY_NAME = ['bombs', 'page']

const args = process.argv.slice(2)
const compareAt = args.indexOf('--compare')
const earlier = compareAt < 0 ? undefined : args.splice(compareAt, 2)[1]
const names = args.length > 0 ? args : Object.keys(benches).filter((name) => !ONLY_BY_NAME.includes(name))

const machine = `${cpus().length} × ${cpus()[0]?.model}, Linux ${release()}, Node ${process.version}`
const command = `npm run bench -- ${names.join(' ')}`
const results: Result[] = []
for (const name of names) {
  const load = benches[name]
  if (!load) throw new Error(`There is no bench ${name}; there are ${Object.keys(benches).join(', ')}`)
  console.log(`# ${name}`)
  const bench = await load()
  const start = performance.now()
  const measured = await bench.default()
  results.push(...measured)
  console.log(`${toMarkdown(measured)}\n${Math.round((performance.now() - start) / 1000)} s\n`)
  save()
}
if (earlier !== undefined) console.log(compareResults(JSON.parse(readFileSync(earlier, 'utf8')).results, results))

/** Writes what was measured so far, so that a run that is stopped is not lost. */
function save () {
  const folder = join(packageRoot, 'test/bench/results')
  const date = new Date().toISOString()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'latest.json'), JSON.stringify({ date, machine, command, results }, null, 2))
  writeFileSync(join(folder, 'latest.md'), `${date}, ${machine}\n\n\`${command}\`\n\n${toMarkdown(results)}`)
}
