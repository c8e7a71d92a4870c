import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { threadFile } from '../../src/paths.js'
import { compileInto, startServer } from '../server-process.js'

const WRITERS = 8
const account = { email: 'ada@example.test', password: 'correct horse battery staple' }
const json = { 'content-type': 'application/json' }

const folder = t.testdir()
await compileInto(folder)

/** How the writer thread breaks, and what the log says of it. */
const faults: Record<string, RegExp> = {
  throws: /broken by a test/,
  rejects: /broken by a test/,
  exits: /The writer thread ended with code 0/,
  hangs: /The writer has not answered for a minute/
}

for (const [way, reason] of Object.entries(faults)) {
  t.test(`a writer that ${way} ends the process with 1, which says why; waiting writes are answered 503`, async (t) => {
    const trigger = join(folder, way)
    const env = { PORT: '0', DATABASE_PATH: join(folder, `${way}.db`), RATE_LIMIT_MAX: '1000000', FAIL_WRITER: trigger }
    const preload = ['--import', threadFile(import.meta.url, './fail-writer').href]
    const { url, child } = await startServer(t, folder, env, preload)
    const exited = once(child, 'exit')
    const fatal: string[] = []
    if (child.stdout) createInterface(child.stdout).on('line', (line) => { if (JSON.parse(line).level === 60) fatal.push(line) })
    await fetch(`${url}/api/auth/register`, { method: 'POST', headers: json, body: JSON.stringify(account) })
    const { token } = await (await fetch(`${url}/api/auth/login`, { method: 'POST', headers: json, body: JSON.stringify(account) })).json()
    const outcomes = new Set<string>()

    /** Saves messages until the server is gone. */
    async function write () {
      const headers = { ...json, authorization: `Bearer ${token}` }
      try {
        for (;;) {
          const body = JSON.stringify({ messageId: randomUUID(), text: 'Hello', isCreatedByUser: true })
          const res = await fetch(`${url}/api/messages/${randomUUID()}`, { method: 'POST', headers, body })
          const { code = 'saved' } = await res.json()
          outcomes.add(`${res.status} ${code}`)
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
      }
    }

    const writing = Array.from({ length: WRITERS }, write)
    await wait(500)
    // Appears at once with its text.
    writeFileSync(`${trigger}.new`, way)
    renameSync(`${trigger}.new`, trigger)
    const [code] = await exited
    await Promise.all(writing)
    t.equal(code, 1)
    const refusals = ['503 BUSY', '503 OUTCOME_UNKNOWN', '503 STORAGE_UNAVAILABLE']
    t.strictSame([...outcomes].filter((outcome) => !refusals.includes(outcome)), ['201 saved'])
    t.ok(outcomes.size > 1, 'those that waited have an answer')
    t.equal(fatal.length, 1)
    t.match(fatal[0], reason)
  })
}
