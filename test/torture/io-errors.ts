import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chatgptExport } from '../chatgpt-export.js'
import { assertSound, valueOf } from './check-file.js'
import { type Client, importFile, signIn } from './client.js'
import { inject } from './inject.js'
import { newLedger, verify, type Written, writeSomething } from './ledger.js'
import { environment, type RunningServer, startServer, until } from './program.js'
import { someText, type Trial } from './trial.js'

const WRITERS = 6
const WORK_MS = 1500
/** An error comes at one of so many calls. */
const FIRST_CALLS = 20

interface Fault { calls: string, error: string, file: 'database' | 'log' | 'any' }

/**
 * The first are in the small run. Deleting an upload and opening files have no file of their own here: those of the whole process
 * fail. `write` is left out, because sockets and wake-ups between threads are written by it, too; trial `full-disk` fails it for uploads.
 */
const faults: Fault[] = [
  { calls: 'fsync,fdatasync', error: 'EIO', file: 'log' },
  { calls: 'pwrite64', error: 'ENOSPC', file: 'log' },
  { calls: 'pread64', error: 'EIO', file: 'database' },
  { calls: 'pwrite64', error: 'EIO', file: 'database' },
  { calls: 'openat', error: 'EMFILE', file: 'any' },
  { calls: 'unlink,unlinkat,rmdir', error: 'EIO', file: 'any' },
  { calls: 'pwrite64', error: 'EIO', file: 'log' },
  { calls: 'pread64', error: 'EIO', file: 'log' },
  { calls: 'ftruncate', error: 'EIO', file: 'log' },
  { calls: 'fsync,fdatasync', error: 'EIO', file: 'database' },
  { calls: 'ftruncate', error: 'EIO', file: 'database' },
  { calls: 'openat', error: 'ENOSPC', file: 'any' }
]

/**
 * Makes system calls of a working server fail, once or from some call on, and kills it meanwhile or lets it recover. It
 * goes on, refuses with 503 or 507 and no other failure, and has what was acknowledged; what it refused is not there.
 */
export const ioErrors: Trial = {
  counts: { full: 4 * faults.length, small: 6 },
  tools: ['strace'],
  async run ({ count, next, folder }) {
    const [path, log] = [join(folder, 'parley.db'), join(folder, 'log')]
    const env = environment(path)
    const ledger = newLedger()
    let server = await startServer(env, { log })
    let imported = 0
    for (let n = 0; n < count; n++) {
      const fault = faults[n % faults.length]
      if (!fault) break
      const when = `${1 + Math.floor(next() * FIRST_CALLS)}${next() < 0.5 ? '' : '+'}`
      const label = `${fault.calls} of ${fault.file}: ${fault.error} at ${when}`
      try {
        const client = await signIn(server.url, 'ada')
        const before = ledger.conversations.length
        const file = fault.file === 'any' ? {} : { file: fault.file === 'log' ? `${path}-wal` : path }
        const stopFailing = await inject(server, { calls: fault.calls, action: `error=${fault.error}:when=${when}`, ...file })
        const works = Promise.all([
          ...Array.from({ length: WRITERS }, () => writeFor(WORK_MS, client, ledger, next)),
          readFor(WORK_MS, client),
          importFor(WORK_MS, client, `${n}`)
        ])
        const [done] = await Promise.all([works, wait(WORK_MS)])
        imported += done.at(-1) === true ? 1 : 0
        if (server.ended() !== undefined) throw new Error(`The server ended with ${server.ended()}`)
        const isKilled = next() < 0.5
        if (isKilled) await server.end('SIGKILL')
        await stopFailing('SIGINT')
        if (!isKilled) {
          await untilReady(server)
          await verify(client, ledger.conversations.slice(before))
          await server.end('SIGKILL')
        }
        server = await startServer(env, { log })
        await verify(await signIn(server.url, 'ada'), ledger.conversations.slice(before))
        await until('no import is left', () => valueOf(path, 'SELECT count(*) FROM partitions WHERE state IN (\'staged\', \'publishing\')') === 0)
        const left = readdirSync(`${path}-uploads`)
        if (left.length > 0) throw new Error(`Uploads are left: ${left.join(', ')}`)
        assertSound(path)
      } catch (error) {
        throw new Error(`With ${label}`, { cause: error })
      }
    }
    await server.end('SIGTERM')
    return `${count} faults: ${ledger.acknowledged} writes acknowledged, ${ledger.refused} refused, ${ledger.unanswered} of unknown outcome, ${imported} imports; ` +
      'nothing lost, nothing refused is there'
  }
}

/**
 * SQLite can take what a failed read left for damage. Then nothing is written until the next start, which checks the file;
 * reads go on.
 */
async function untilReady ({ url }: RunningServer) {
  await until('ready again', async () => {
    const res = await fetch(`${url}/readyz`)
    return res.status === 200 || (await res.text()).includes('damaged: ')
  })
}

async function writeFor (ms: number, client: Client, ledger: ReturnType<typeof newLedger>, next: () => number) {
  const own: Written[] = []
  const end = performance.now() + ms
  // A failing server answers at once, and would be asked thousands of times.
  while (performance.now() < end && await writeSomething(client, ledger, own, next, () => someText(next))) await wait(5)
}

async function readFor (ms: number, client: Client) {
  for (const end = performance.now() + ms; performance.now() < end; await wait(20)) {
    const { status, body } = await client.send('GET', '/api/convos?limit=100')
    if (status !== 200 && status !== 503) throw new Error(`The list was answered with ${status}: ${JSON.stringify(body)}`)
  }
}

/** Imports once. Returns whether it was acknowledged. */
async function importFor (ms: number, client: Client, name: string): Promise<boolean> {
  await wait(ms / 10)
  const history = chatgptExport(Array.from({ length: 20 }, (_, c) => ({ id: `${name}-${c}`, title: `Import ${name}`, turns: ['Hello', 'Good day'] })))
  const { status, body } = await importFile(client, history)
  if (![201, 503, 507].includes(status)) throw new Error(`An import was answered with ${status}: ${JSON.stringify(body)}`)
  return status === 201
}
