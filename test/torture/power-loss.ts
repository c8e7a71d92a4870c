import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openReader, openWriter } from '../../src/db/open.js'
import { packageRoot } from '../../src/paths.js'
import { assertSound } from './check-file.js'
import { signIn } from './client.js'
import { environment, startServer } from './program.js'
import { type FileChange, readTrace, tracing } from './trace.js'
import { someText, type Trial, type TrialOptions } from './trial.js'

const WRITERS = 4
/** How long the traced server works: each write of it is kept as text. */
const WORK_MS = 4000
/** It works for longer where it is so slow that it has acknowledged fewer writes. */
const MIN_WRITES = 60

/** Share of the writes after a file's last sync that reach the disk, and of those that do, the share that is torn. */
const REACHES_DISK = 0.3
const TORN = 0.3
const SECTOR_BYTES = 512

/**
 * Records the writes and syncs of a working server, and makes the images of the file that a power cut at some moment could
 * leave: everything up to the last sync of each file, and a random part of what came after it. Each image must open, be
 * sound, and have all that was acknowledged before that moment. The same is done with `synchronous=NORMAL`, which must lose
 * something: otherwise this could not find a loss. Names of files are taken to be on disk at once.
 */
export const powerLoss: Trial = {
  counts: { full: 300, small: 40 },
  tools: ['strace'],
  async run ({ count, next, folder }) {
    const full = await record(join(folder, 'full'), packageRoot, next)
    const lost = tryImages(full, count, next)
    if (lost.length > 0) throw new Error(`${lost.length} of ${count} images lost something: ${lost.slice(0, 3).join('; ')}`)

    const normal = await record(join(folder, 'normal'), withNormal(join(packageRoot, 'node_modules/.cache/torture')), next)
    const lostByNormal = tryImages(normal, count, next)
    if (lostByNormal.length === 0) throw new Error('No image lost anything with synchronous=NORMAL; this trial finds nothing')
    return `${count} images after ${full.acknowledged.length} acknowledged writes, nothing lost; with synchronous=NORMAL ${lostByNormal.length} of ${count} lose something`
  }
}

interface Recording {
  path: string
  /** The database before the recording. */
  base: Buffer
  changes: FileChange[]
  acknowledged: Acknowledged[]
}

interface Acknowledged { at: number, messageId: string, text: string }

/** A copy of the program that opens its connections with `synchronous=NORMAL`. It stands in the package, where modules are found. */
function withNormal (root: string): string {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(join(root, 'data'), { recursive: true })
  for (const part of ['package.json', 'dist', 'data/migrations']) cpSync(join(packageRoot, part), join(root, part), { recursive: true })
  const file = join(root, 'dist/src/db/connection.js')
  const source = readFileSync(file, 'utf8')
  const changed = source.replace('synchronous: 2', 'synchronous: 1')
  if (changed === source) throw new Error(`${file} sets synchronous in another way`)
  writeFileSync(file, changed)
  return root
}

async function record (folder: string, root: string, next: TrialOptions['next']): Promise<Recording> {
  mkdirSync(folder)
  const [path, log, output] = [join(folder, 'parley.db'), join(folder, 'log'), join(folder, 'trace')]
  const env = environment(path)
  const first = await startServer(env, { root, log })
  await signIn(first.url, 'ada')
  if (await first.end('SIGTERM') !== 0 || existsSync(`${path}-wal`)) throw new Error('The first server did not stop cleanly')
  const base = readFileSync(path)

  const server = await startServer(env, { root, log, through: tracing(output) })
  const client = await signIn(server.url, 'ada')
  const acknowledged: Acknowledged[] = []
  const until = performance.now() + WORK_MS
  await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
    const conversationId = randomUUID()
    for (let n = 0; performance.now() < until || acknowledged.length < MIN_WRITES; n++) {
      const message = { messageId: `${writer}-${n}`, text: someText(next), isCreatedByUser: true }
      const { status } = await client.send('POST', `/api/messages/${conversationId}`, message)
      if (status !== 201) throw new Error(`A message was answered with ${status}`)
      // The clock gives whole milliseconds, rounded down; the trace has microseconds. A moment too late is on the safe side.
      acknowledged.push({ at: (Date.now() + 1) / 1000, ...message })
    }
  }))
  // What was written last needs a moment without an answer after it.
  await wait(100)
  await server.end('SIGKILL')
  return { path, base, changes: readTrace(output, [path, `${path}-wal`]), acknowledged }
}

/** Builds images at random moments and returns what each of them lost. */
function tryImages ({ path, base, changes, acknowledged }: Recording, count: number, next: TrialOptions['next']): string[] {
  const [first] = acknowledged
  const begin = changes.findIndex(({ at }) => first && at > first.at)
  if (begin < 0 || !changes.some(({ kind }) => kind === 'write')) throw new Error('The trace has no writes')
  const lost: string[] = []
  for (let n = 0; n < count; n++) {
    const cut = begin + Math.floor(next() * (changes.length - begin))
    const image = `${path}-image`
    for (const ending of ['', '-wal', '-shm']) rmSync(image + ending, { force: true })
    for (const ending of ['', '-wal']) {
      const content = imageOf(ending === '' ? base : Buffer.alloc(0), changes.slice(0, cut).filter(({ file }) => file === path + ending), next)
      if (ending === '' || content.length > 0) writeFileSync(image + ending, content)
    }
    try {
      openWriter(image).$client.close()
      assertSound(image)
      const missing = missingFrom(image, acknowledged.filter(({ at }) => at < (changes[cut]?.at ?? 0)))
      if (missing > 0) lost.push(`${missing} messages at change ${cut}`)
    } catch (error) {
      lost.push(`at change ${cut}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return lost
}

/** What a file may look like after a power cut: all changes up to its last sync, and some of the later ones. */
function imageOf (base: Buffer, changes: FileChange[], next: TrialOptions['next']): Buffer {
  const synced = changes.findLastIndex(({ kind }) => kind === 'sync')
  const content = Buffer.alloc(Math.max(base.length, ...changes.map((change) => change.kind === 'write' ? change.offset + change.data.length : 0)))
  base.copy(content)
  let size = base.length
  for (const [n, change] of changes.entries()) {
    const isSure = n < synced
    if (!isSure && next() > REACHES_DISK) continue
    if (change.kind === 'truncate') {
      content.fill(0, change.size)
      size = change.size
    } else if (change.kind === 'write') {
      apply(change, content, isSure || next() >= TORN ? () => true : () => next() < 0.5)
      size = Math.max(size, change.offset + change.data.length)
    }
  }
  return content.subarray(0, size)
}

/** Applies the sectors of a write that reach the disk. */
function apply ({ offset, data }: FileChange & { kind: 'write' }, content: Buffer, reachesDisk: () => boolean) {
  for (let at = 0; at < data.length; at += SECTOR_BYTES) {
    if (reachesDisk()) data.copy(content, offset + at, at, at + SECTOR_BYTES)
  }
}

function missingFrom (path: string, acknowledged: Acknowledged[]): number {
  const { $client: sqlite } = openReader(path)
  try {
    const find = sqlite.prepare<[string], string>('SELECT body FROM messages WHERE message_id = ?').pluck()
    return acknowledged.filter(({ messageId, text }) => !find.get(messageId)?.includes(text)).length
  } finally {
    sqlite.close()
  }
}
