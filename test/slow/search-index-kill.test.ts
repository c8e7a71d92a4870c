import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { openWriter } from '../../src/db/open.js'
import { threadFile } from '../../src/paths.js'
import { searchFaults } from '../../src/search/index/check.js'

const KILLS = 6

t.test('a kill at any moment leaves the index as the stored texts are', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const program = threadFile(import.meta.url, './write-until-killed')
  for (let kill = 1; kill <= KILLS; kill++) {
    const child = fork(program, [path, String(kill)])
    const exited = once(child, 'exit')
    await Promise.race([once(child, 'message'), exited])
    t.equal(child.exitCode, null, 'the process writes')
    await wait(50 + 130 * kill)
    child.kill('SIGKILL')
    await exited
    const db = openWriter(path)
    t.strictSame(searchFaults(db), [], `kill ${kill}`)
    if (kill === KILLS) t.ok(Number(db.$client.prepare('SELECT count(*) FROM messages').pluck().get()) > 50, 'something was written')
    db.$client.close()
  }
})
