import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { assertSound } from './check-file.js'
import { type Answer, type Client, signIn } from './client.js'
import { inject } from './inject.js'
import { type Ledger, newLedger, verify, type Written, writeSomething } from './ledger.js'
import { environment, type RunningServer, startServer, until } from './program.js'
import { someText, type Trial } from './trial.js'

const WRITERS = 6
const WORK_MS = 1500
/** Longer than a trial waits for anything. strace counts microseconds. */
const HANG = 'delay_enter=2000000000'

/** What hangs. The first is in the small run. */
const hangs: Array<{ calls: string, file: 'log' | 'database' }> = [
  { calls: 'fsync,fdatasync', file: 'log' },
  { calls: 'pwrite64', file: 'log' },
  { calls: 'fsync,fdatasync', file: 'database' }
]

/**
 * Makes a call of a working server hang for ever. `/readyz` and reads go on being answered, and `/readyz` names the writer. After a
 * minute waiting writes are answered 503 and the process ends, not with 0. The next start has all that was acknowledged.
 */
export const hangingDisk: Trial = {
  counts: { full: hangs.length, small: 1 },
  tools: ['strace'],
  async run ({ count, next, folder }) {
    const [path, log] = [join(folder, 'parley.db'), join(folder, 'log')]
    const env = environment(path)
    const ledger = newLedger()
    const seen: string[] = []
    for (let n = 0; n < count; n++) {
      const hang = hangs[n % hangs.length]
      if (!hang) break
      const server = await startServer(env, { log })
      const client = await signIn(server.url, 'ada')
      const before = ledger.conversations.length
      const writing = Promise.all(Array.from({ length: WRITERS }, () => writeUntilOver(client, ledger, next)))
      await wait(WORK_MS)
      const stopHanging = await inject(server, { calls: hang.calls, action: HANG, file: hang.file === 'log' ? `${path}-wal` : path })
      const { slowestMs, seconds } = await untilSilent(server)
      const late = client.send('POST', '/api/tags', { tag: `late ${n}` })
      await expectReads(client)
      assertRefused(await late)
      await until('the server is ending', () => server.ended() !== undefined || isZombie(server.pid))
      // strace holds a killed thread until the delay is over.
      await stopHanging('SIGKILL')
      await until('the server has ended', () => server.ended() !== undefined)
      await writing
      if (server.ended() === 0) throw new Error('The server ended with 0')
      seen.push(`${hang.calls} of the ${hang.file}: silent after ${Math.round(seconds)} s, /readyz within ${Math.round(slowestMs)} ms, ended with ${server.ended()}`)

      const again = await startServer(env, { log })
      await verify(await signIn(again.url, 'ada'), ledger.conversations.slice(before))
      await again.end('SIGTERM')
      assertSound(path)
    }
    return `${seen.join('; ')}; ${ledger.acknowledged} writes acknowledged, nothing lost`
  }
}

async function writeUntilOver (client: Client, ledger: Ledger, next: () => number) {
  const own: Written[] = []
  while (await writeSomething(client, ledger, own, next, () => someText(next))) await wait(5)
}

/** Asks until the writer is named. Returns how long that took, and the longest time of one answer. */
async function untilSilent ({ url }: RunningServer): Promise<{ seconds: number, slowestMs: number }> {
  let slowestMs = 0
  const seconds = await until('the writer is named', async () => {
    const asked = performance.now()
    const answer = await (await fetch(`${url}/readyz`)).text()
    slowestMs = Math.max(slowestMs, performance.now() - asked)
    return answer.includes('silent: ')
  })
  return { seconds, slowestMs }
}

/** Whether the first thread of a process is gone, and others are not. */
function isZombie (pid: number): boolean {
  return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

async function expectReads (client: Client) {
  const { status } = await client.send('GET', '/api/convos')
  if (status !== 200) throw new Error(`A read beside the hanging writer was answered with ${status}`)
}

function assertRefused ({ status, code }: Answer) {
  if (status !== 503) throw new Error(`A waiting write was answered with ${status} ${code}`)
}
