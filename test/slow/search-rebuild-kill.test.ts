import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createAccount } from '../../src/accounts/user-commands.js'
import { commands } from '../../src/commands.js'
import type { Db } from '../../src/db/connection.js'
import { openWriter } from '../../src/db/open.js'
import { threadFile } from '../../src/paths.js'
import { saveMessage } from '../../src/messages/save.js'
import { searchMessages } from '../../src/search/find/messages.js'
import { searchFaults } from '../../src/search/index/check.js'
import { prepareSearch } from '../../src/search/index/commands.js'
import { isPreviousInUse } from '../../src/search/index/previous.js'
import { inlineWriter } from '../../src/writer/inline.js'

const USER = 1
const MESSAGES = 60
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const EDITED = idOf(20)

/** Steps that are killed. After the new index is complete, at least four follow, in which the previous one is removed. */
const kills = { filling: [1, 10, 31], removing: [1, 2, 3, 4] }

const folder = t.testdir({})
const original = join(folder, 'original.db')
await storeWithEarlierIndex(original)

for (const [phase, steps] of Object.entries(kills)) {
  for (const step of steps) {
    t.test(`after a kill in step ${step} of ${phase}, everything is found and the rebuild continues`, async (t) => {
      const path = join(folder, `${phase}-${step}.db`)
      copyFileSync(original, path)
      t.strictSame(await rebuild(path, { KILL_PHASE: phase, KILL_STEP: String(step) }), [null, 'SIGKILL'])
      assertFound(t, path, (db) => { if (phase === 'filling') t.ok(isPreviousInUse(db), 'the previous index is in use') })

      t.strictSame(await rebuild(path, {}), [0, null])
      assertFound(t, path, (db) => {
        for (const table of ['search_previous_terms', 'search_remains', 'search_changed']) {
          t.equal(db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0, table)
        }
        t.notOk(isPreviousInUse(db))
      })
    })
  }
}

/** Makes a database whose search index is complete, and of an earlier version. */
async function storeWithEarlierIndex (path: string) {
  const db = openWriter(path)
  const writer = inlineWriter(db, commands)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  await prepareSearch(writer)
  for (let n = 0; n < MESSAGES; n++) {
    const conversationId = idOf(n)
    const messageId = conversationId === EDITED ? 'first' : `message ${n}`
    await saveMessage(writer, { userNo: USER, conversationId, message: { messageId, text: `tram number${n} ${n % 3 === 0 ? 'castle' : 'river'}` }, now: n })
  }
  db.$client.exec('UPDATE search_progress SET rules = \'4 / Unicode 15.0\'')
  await writer.close()
}

/** Runs the process that makes the index again. Returns its exit code and the signal that ended it. */
async function rebuild (path: string, env: { KILL_PHASE?: string, KILL_STEP?: string }) {
  const child = fork(threadFile(import.meta.url, './rebuild-until-killed'), [path, EDITED], { env: { ...process.env, ...env } })
  return await once(child, 'exit')
}

/** The index agrees with the stored texts, and searches find what a scan of them finds. */
function assertFound (t: Test, path: string, assertMore: (db: Db) => void) {
  const db = openWriter(path)
  try {
    t.equal(db.$client.pragma('integrity_check', { simple: true }), 'ok')
    t.strictSame(searchFaults(db), [])
    const stored = db.$client.prepare<[], { pk: number, text: string }>('SELECT pk, body ->> \'$.text\' AS text FROM messages ORDER BY pk').all()
    for (const word of ['tram', 'castle', 'river', 'number7', 'fresh']) {
      const { found } = searchMessages(db, USER, { search: `${word} `, pageSize: 2 * MESSAGES })
      t.strictSame(found.map(({ conversationPk }) => conversationPk).sort((a, b) => a - b),
        stored.filter(({ text }) => text.split(' ').includes(word)).map(({ pk }) => Math.floor(pk / 2 ** 18)), word)
    }
    assertMore(db)
  } finally {
    db.$client.close()
  }
}
