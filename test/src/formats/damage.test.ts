import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { DomainError } from '../../../src/errors.js'
import type { ImportEntry, JsonObject, JsonValue } from '../../../src/formats/kit/draft.js'
import { detectFormat, formats } from '../../../src/formats/registry.js'
import { openImport } from '../../../src/imports/read-file.js'
import { packageRoot } from '../../../src/paths.js'
import { importTime } from './imported.js'

/*
 * What must hold for every format of the registry, whatever is wrong with a file. The samples are the fixtures; a format
 * without one fails the first test, so that a new one is tested here without a line of its own.
 */

const folder = join(packageRoot, 'test/fixtures/imports')
const RUNS = 40

const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:json|jsonl)$/.test(file))
  .sort()
  .map((file) => ({ file, values: valuesOf(readFileSync(join(folder, file), 'utf8')), isLines: file.endsWith('.jsonl') }))

/** A conversation that stands beside the damaged ones and must come out whole. */
const bystander = { title: 'Bystander', mapping: { a: { id: 'a', parent: null, message: { id: 'by', author: { role: 'user' }, content: { content_type: 'text', parts: ['untouched words'] }, create_time: 1_772_700_000 } } }, conversation_id: 'bystander-0000-0000' }

const scratch = t.testdir({ scratch: {} })
let written = 0

function valuesOf (text: string): JsonValue[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return text.trim().split('\n').map((line) => JSON.parse(line))
  }
}

async function read (values: readonly JsonValue[], name: string): Promise<{ entries: ImportEntry[], formats: string[] }> {
  const path = join(scratch, `${written++ % 50}-${basename(name)}`)
  writeFileSync(path, values.map((value) => JSON.stringify(value)).join('\n'))
  const reader = await openImport(path, { scratchDirectory: join(scratch, 'scratch'), now: importTime, fileName: name })
  return { entries: [...reader.entries()], formats: reader.formats }
}

/** Like `read`, but a file that is refused as a whole gives what it is told instead. */
async function readOrRefuse (values: readonly JsonValue[], name: string): Promise<ImportEntry[]> {
  try {
    return (await read(values, name)).entries
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return [{ kind: 'failed', index: 0, reason: error.message }]
  }
}

/** The places in JSON, each a list of keys. */
function pathsIn (value: JsonValue, path: Array<string | number> = []): Array<Array<string | number>> {
  const members: Array<[string | number, JsonValue | undefined]> = Array.isArray(value) ? [...value.entries()] : typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [path, ...members.flatMap(([key, member]) => member === undefined ? [] : pathsIn(member, [...path, key]))]
}

/** A copy in which the value at a path is another, or is gone. */
function replaced (value: JsonValue, [key, ...rest]: ReadonlyArray<string | number>, by: JsonValue | undefined): JsonValue {
  if (key === undefined) return by ?? null
  if (Array.isArray(value)) return value.flatMap((item, index) => index !== key ? [item] : rest.length === 0 && by === undefined ? [] : [replaced(item, rest, by)])
  const object: JsonObject = typeof value === 'object' && value !== null ? value : {}
  return Object.fromEntries(Object.entries(object).flatMap(([name, member]) =>
    name !== key ? [[name, member]] : rest.length === 0 && by === undefined ? [] : [[name, replaced(member ?? null, rest, by)]]))
}

function soundness (entries: readonly ImportEntry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'conversation') return entry.reason === '' ? ['no reason'] : []
    const { messages, title, kept } = entry.conversation
    const problems = [
      title === '' && 'no title',
      /\0|[\uD800-\uDFFF]/u.test(JSON.stringify(messages)) && 'text that cannot be stored',
      new Set(messages.map(({ sourceId }) => sourceId)).size !== messages.length && 'two messages of one id',
      messages.some(({ parent }, index) => parent >= index) && 'a message before its parent',
      // Parley's own export keeps times as they are.
      !kept && messages.some(({ parent, createdAt }) => parent >= 0 && createdAt <= (messages[parent]?.createdAt ?? 0)) && 'a message older than its parent'
    ]
    return problems.filter((problem) => problem !== false)
  })
}

const textsIn = (entries: readonly ImportEntry[]) => entries.flatMap((entry) => entry.kind === 'conversation' ? entry.conversation.messages.map(({ body }) => body.text) : [])

const oddValue = fc.constantFrom<JsonValue | undefined>(undefined, null, 5, -1, '', 'x', '\uD83D\0', [], {}, [null], true, '__proto__', { __proto__x: 1 }, 1e300, [[[]]])

/** Members that say when, which model or how, and nothing that was said. */
const aside = new Set(['create_time', 'update_time', 'created_at', 'updated_at', 'createdAt', 'updatedAt', 'timestamp', 'created', 'updated', 'date', 'send_date', 'model', 'model_slug', 'default_model_slug', 'tokenCount', 'tokens', 'is_archived', 'is_starred', 'pinned'])
const isAside = (path: ReadonlyArray<string | number>) => aside.has(String(path.at(-1)))

t.test('there is a sample of every format', async (t) => {
  const seen = new Set<string>()
  for (const { file, values } of samples) for (const format of (await read(values, file)).formats) seen.add(format)
  const others = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(?:csv|html)$/.test(file))
  for (const file of others) {
    const reader = await openImport(join(folder, file), { scratchDirectory: join(scratch, 'scratch'), now: importTime })
    t.ok([...reader.entries()].length > 0, file)
    for (const format of reader.formats) seen.add(format)
  }
  t.strictSame(formats.map(({ name }) => name).filter((name) => !seen.has(name)), [])
})

for (const { file, values, isLines } of samples) {
  t.test(`${file}, damaged`, async (t) => {
    const paths = values.flatMap((value, index) => pathsIn(value).map((path) => ({ index, path })))
    const before = textsIn((await read(values, file)).entries)
    const damage = (changes: Array<{ at: number, by: JsonValue | undefined }>, candidates: typeof paths) => changes.reduce((all, { at, by }) => {
      const { index, path } = candidates[at % candidates.length] ?? { index: 0, path: [] }
      return all.map((value, i) => i === index ? replaced(value, path, by) : value)
    }, values)
    const changes = fc.array(fc.record({ at: fc.nat(), by: oddValue }), { minLength: 1, maxLength: 4 })

    await fc.assert(fc.asyncProperty(changes, async (changes) => {
      const entries = await readOrRefuse(damage(changes, paths), file)
      return soundness(entries).length === 0
    }), { numRuns: RUNS })
    t.pass('what comes out is sound, whatever is wrong')

    const others = paths.filter(({ path }) => isAside(path))
    if (others.length > 0) {
      await fc.assert(fc.asyncProperty(changes, async (changes) => {
        const entries = await readOrRefuse(damage(changes, others), file)
        const after = textsIn(entries)
        const isTold = entries.some(({ kind }) => kind === 'failed')
        return isTold || before.every((text) => after.some((other) => other.includes(text)))
      }), { numRuns: RUNS })
      t.pass('no text is lost when only what stands beside it is wrong')
    }

    if (isLines || detectFormat(Object(values[0])) !== null) {
      await fc.assert(fc.asyncProperty(changes, async (changes) => {
        const entries = await readOrRefuse([bystander, ...damage(changes, paths), bystander], file)
        return textsIn(entries).includes('untouched words')
      }), { numRuns: RUNS })
      t.pass('others in the file are untouched')
    }
  })

  t.test(`${file}, cut anywhere`, async (t) => {
    const text = readFileSync(join(folder, file))
    const problems: string[] = []
    for (let length = 0; length < text.length; length += 97) {
      const path = join(scratch, `cut-${basename(file)}`)
      writeFileSync(path, text.subarray(0, length))
      try {
        const reader = await openImport(path, { scratchDirectory: join(scratch, 'scratch'), now: importTime })
        problems.push(...soundness([...reader.entries()]))
      } catch (error) {
        if (!(error instanceof DomainError)) problems.push(`after ${length} bytes: ${String(error)}`)
      }
    }
    t.strictSame(problems, [])
  })
}
