import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/paths.js'
import { compareResults, type Result, toMarkdown } from './report.js'

/*
 * npm run bench [-- NAME …] [-- --compare FILE]
 * Runs all benches or the named ones, prints a table, and writes it as JSON and Markdown to test/bench/results.
 */

/** Each bench by its name; a module with a default export that measures and answers its results. */
const benches: Record<string, () => Promise<{ default: () => Promise<Result[]> }>> = {
  list: () => import('./list.js'),
  filters: () => import('./filters.js'),
  read: () => import('./read.js'),
  write: () => import('./write.js'),
  growth: () => import('./growth.js'),
  memory: () => import('./memory.js'),
  delete: () => import('./delete.js'),
  fork: () => import('./fork.js'),
  search: () => import('./search.js'),
  import: () => import('./import.js'),
  bombs: () => import('./bombs.js')
}

const args = process.argv.slice(2)
const compareAt = args.indexOf('--compare')
const earlier = compareAt < 0 ? undefined : args.splice(compareAt, 2)[1]
const names = args.length > 0 ? args : Object.keys(benches)

const results: Result[] = []
for (const name of names) {
  const load = benches[name]
  if (!load) throw new Error(`There is no bench ${name}; there are ${Object.keys(benches).join(', ')}`)
  console.log(`# ${name}`)
  const bench = await load()
  const measured = await bench.default()
  results.push(...measured)
  console.log(toMarkdown(measured))
}

const machine = `${cpus().length} × ${cpus()[0]?.model}, Linux ${release()}, Node ${process.version}`
const record = { date: new Date().toISOString(), machine, command: `npm run bench -- ${names.join(' ')}`, results }
const folder = join(packageRoot, 'test/bench/results')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'latest.json'), JSON.stringify(record, null, 2))
writeFileSync(join(folder, 'latest.md'), `${record.date}, ${machine}\n\n\`${record.command}\`\n\n${toMarkdown(results)}`)
if (earlier !== undefined) console.log(compareResults(JSON.parse(readFileSync(earlier, 'utf8')).results, results))
