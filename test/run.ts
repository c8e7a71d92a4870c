import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { buildSync } from 'esbuild'
import { packageRoot } from '../src/paths.js'

/*
 * npm test [-- FILE …] [-- tap's options]
 * With `--folder=FOLDER`, all tests of that folder run where no file is named.
 * Compiles the program and its tests into build/, which mirrors the package, and runs tap on it. Loading TypeScript in
 * each test process instead takes ten times the processor time. Types are checked by `npm run typecheck`.
 */

const BUILD = join(packageRoot, 'build')

/** Brings build/ up to date. Writes only what changed, so that tests which are running keep what they load. */
function compile () {
  const { outputFiles } = buildSync({
    absWorkingDir: packageRoot,
    entryPoints: ['src', 'plugins', 'routes', 'test'].map((folder) => `${folder}/**/*.ts`),
    outbase: '.',
    outdir: BUILD,
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    write: false,
    logLevel: 'warning'
  })
  const compiled = new Set(outputFiles.map(({ path }) => path))
  mkdirSync(BUILD, { recursive: true })
  for (const entry of readdirSync(BUILD, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !compiled.has(path)) rmSync(path)
  }
  for (const { path, contents } of outputFiles) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
}

/** The arguments with the tests of the folder in place of `--folder`, unless files are named. */
function withFolder (given: string[]): string[] {
  const option = '--folder='
  const others = given.filter((arg) => !arg.startsWith(option))
  const folder = given.find((arg) => arg.startsWith(option))?.slice(option.length)
  if (folder === undefined || others.some(isTest)) return others
  return [...others, ...readdirSync(join(packageRoot, folder)).filter(isTest).map((name) => join(packageRoot, folder, name))]
}

compile()

const isTest = (arg: string) => /\.(?:test|page)\.ts$/.test(arg)
const args = withFolder(process.argv.slice(2))
// `npm run fuzz -- --count N --seed S` is for the test itself.
const isOfTest = (arg: string, index: number) => ['--count', '--seed'].some((name) => arg === name || args[index - 1] === name)
const compiledArgs = args.map((arg, index) => isOfTest(arg, index) ? `--test-arg=${arg}` : isTest(arg) ? join(BUILD, relative(packageRoot, arg)).replace(/ts$/, 'js') : arg)
// The thresholds of coverage are for the whole suite.
const options = args.some(isTest) ? ['--disable-coverage'] : []
const tap = join(dirname(createRequire(import.meta.url).resolve('tap/package.json')), 'dist/esm/run.mjs')
// An installed tap has all its plugins, and loses those that package.json turns off only after its first run has begun.
const plugins = readFileSync(createRequire(import.meta.url).resolve('@tapjs/test/test-built'), 'utf8')
if (plugins.includes('@tapjs/typescript')) spawnSync(process.execPath, [tap, 'build'], { cwd: packageRoot, stdio: 'inherit' })
const dieWithParent = join(BUILD, 'test/die-with-parent.js')
const run = spawn(process.execPath, ['--import', dieWithParent, tap, ...options, ...compiledArgs], { cwd: packageRoot, stdio: ['pipe', 'inherit', 'inherit'] })
// A killed npm must not leave its tests running.
const parent = process.ppid
setInterval(() => { if (process.ppid !== parent) process.exit(1) }, 1000).unref()
const [code] = await once(run, 'exit')
process.exitCode = code ?? 1
