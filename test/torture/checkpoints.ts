import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assertSound } from './check-file.js'
import { signIn } from './client.js'
import { inject } from './inject.js'
import { newLedger, verify, type Written, writeSomething } from './ledger.js'
import { environment, startServer, until } from './program.js'
import { someText, type Trial } from './trial.js'

const WRITES = 50

/** What fails while the log is written back into the file. The first is in the small run. */
const failing: Array<{ calls: string, file: 'log' | 'database' }> = [
  { calls: 'pwrite64', file: 'database' },
  { calls: 'fsync,fdatasync', file: 'database' },
  { calls: 'ftruncate', file: 'log' }
]

/**
 * Lets every attempt to write the log back into the file fail. Writes go on, `/readyz` says what is wrong, and the server's log says it
 * once. Once the disk works again, so does `/readyz`, and nothing is lost.
 */
export const checkpoints: Trial = {
  counts: { full: failing.length, small: 1 },
  tools: ['strace'],
  async run ({ count, next, folder }) {
    const ledger = newLedger()
    for (let n = 0; n < count; n++) {
      const fault = failing[n % failing.length]
      if (!fault) break
      const [path, log] = [join(folder, `${n}.db`), join(folder, `log-${n}`)]
      const server = await startServer(environment(path), { log })
      const client = await signIn(server.url, 'ada')
      const own: Written[] = []
      const before = ledger.conversations.length
      const write = async () => { for (let w = 0; w < WRITES; w++) await writeSomething(client, ledger, own, next, () => someText(next)) }
      const ready = async () => (await fetch(`${server.url}/readyz`)).text()

      const stopFailing = await inject(server, { calls: fault.calls, action: 'error=EIO', file: fault.file === 'log' ? `${path}-wal` : path })
      await write()
      await until('/readyz names the log', async () => (await ready()).includes('log: the write-ahead log cannot be written back'))
      await write()
      await stopFailing('SIGINT')
      await until('/readyz is well again', async () => (await ready()) === 'OK')
      if (ledger.refused + ledger.unanswered > 0) throw new Error(`${ledger.refused + ledger.unanswered} writes were not acknowledged`)
      const told = readFileSync(log, 'utf8').split('\n').filter((line) => line.includes('"trouble":"log"'))
      if (told.length !== 2) throw new Error(`The log tells ${told.length} times of ${fault.calls}: ${told.join('; ')}`)
      await server.end('SIGKILL')

      const again = await startServer(environment(path), { log })
      await verify(await signIn(again.url, 'ada'), ledger.conversations.slice(before))
      await again.end('SIGTERM')
      assertSound(path)
    }
    return `${count} ways to fail: ${ledger.acknowledged} writes acknowledged, none refused, nothing lost; each told once`
  }
}
