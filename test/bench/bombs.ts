import { createWriteStream, openAsBlob } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import { listsDuring } from './ask.js'
import { freshDatabase } from './data.js'
import { benchFolder } from './folder.js'
import { percentile, result, type Result } from './report.js'
import { type BenchServer, startParley } from './server-process.js'

const MiB = 2 ** 20

/** A part of the names of the files to try; empty for all of them. */
const ONLY = process.env.BENCH_BOMBS ?? ''

/** A file made to exhaust whoever reads it: its middle is repeated. */
interface Shape { before: string, middle: string, times: number, after: string }

const shapes: Record<string, Shape> = {
  '100 MB of {}': list('{}', 100e6),
  '100 MB of []': list('[]', 100e6),
  '100 MB of 1': list('1', 100e6),
  '100 MB of ""': list('""', 100e6),
  'an object of 10 million keys': { before: '[{', middle: '"k":0,', times: 10_000_000, after: '"z":0}]' },
  'a string of 400 MB': { before: '["', middle: 'x'.repeat(1000), times: 400_000, after: '"]' },
  'a number of 400 MB': { before: '[', middle: '7'.repeat(1000), times: 400_000, after: ']' },
  'lists nested 1,000,000 deep': { before: '', middle: '[', times: 1_000_000, after: ']'.repeat(1_000_000) },
  'objects nested 1,000,000 deep': { before: '', middle: '{"a":', times: 1_000_000, after: `0${'}'.repeat(1_000_000)}` },
  'a message of 15 MiB': conversation(`"${'words and '.repeat(15 * MiB / 10)}"`, 1),
  'a message of 30 MiB': conversation(`"${'words and '.repeat(30 * MiB / 10)}"`, 1),
  'a message of 250 MiB': conversation(`"${'words and '.repeat(250 * MiB / 10)}"`, 1),
  'a conversation of 30 MiB': conversation(`"${'words and '.repeat(78)}"`, 38_000),
  'a conversation of 30 MiB in Greek': conversation(`"${'λόγος και '.repeat(44)}"`, 38_000),
  'a conversation of 250 MiB': conversation(`"${'words and '.repeat(660)}"`, 39_000)
}

function list (element: string, bytes: number): Shape {
  return { before: '[', middle: `${element},`, times: Math.floor(bytes / (element.length + 1)), after: `${element}]` }
}

function conversation (content: string, messages: number): Shape {
  return {
    before: '[{"title":"Long","messages":[',
    middle: `{"role":"user","content":${content}},`,
    times: messages,
    after: '{"role":"assistant","content":"Done"}]}]'
  }
}

/** Files made to exhaust the importer: what is answered, and what it costs the process and everybody else. */
export default async function bombs (): Promise<Result[]> {
  const folder = benchFolder()
  const { path, db } = freshDatabase()
  db.$client.close()
  const server = await startParley(path)
  try {
    const results: Result[] = []
    for (const [name, shape] of Object.entries(shapes)) {
      if (!name.includes(ONLY)) continue
      const file = join(folder, 'bomb.json')
      await pipeline(Readable.from(textOf(shape)), createWriteStream(file))
      results.push(...await explode(server, name, file))
    }
    const zip = 'a zip of 2 GB of zeros'
    if (zip.includes(ONLY)) {
      const file = join(folder, 'bomb.zip')
      await zeros(file, 2000)
      results.push(...await explode(server, zip, file))
    }
    return results
  } finally {
    await server.stop()
  }
}

function * textOf ({ before, middle, times, after }: Shape) {
  const portion = Math.max(1, Math.floor(MiB / middle.length))
  yield before
  for (let left = times; left > 0; left -= portion) yield middle.repeat(Math.min(left, portion))
  yield after
}

async function zeros (path: string, megabytes: number) {
  const zip = new yazl.ZipFile()
  zip.addReadStream(Readable.from(textOf({ before: '', middle: '\0'.repeat(MiB), times: megabytes, after: '' })), 'conversations.json')
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

async function explode (server: BenchServer, name: string, file: string): Promise<Result[]> {
  const form = new FormData()
  form.append('file', await openAsBlob(file), 'conversations.json')
  server.forgetPeak()
  let answer = ''
  const latencies = await listsDuring(server,
    fetch(`${server.url}/api/convos/import`, { method: 'POST', headers: server.headers, body: form })
      .then(async (response) => { answer = `${response.status} ${wordOf(await response.text())}` }))
  return [
    result([server.peakMiB()], { what: `${name}: peak memory`, against: answer, unit: 'MiB', atMost: 512 }),
    result([percentile(latencies, 0.99)], { what: `${name}: list meanwhile, p99`, against: answer, unit: 'ms', atMost: 50 }),
    result([Math.max(...latencies)], { what: `${name}: list meanwhile, longest`, against: answer, unit: 'ms' })
  ]
}

/** The answer in a word: the code of a refusal, or what became of the entries. */
function wordOf (text: string) {
  const { code, imported, failed }: { code?: string, imported?: number, failed?: number } = JSON.parse(text)
  return code ?? `${imported} imported, ${failed} failed`
}
