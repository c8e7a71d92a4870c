import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openReader } from '../../src/db/open.js'
import { assertSound } from './check-file.js'
import { signIn } from './client.js'
import { environment, parley, startServer } from './program.js'
import { someText, type Trial } from './trial.js'

const WRITERS = 6
/** Names of backups hold seconds, so that two in one second would be one. */
const PAUSE_MS = 1100

/** Makes backups while clients write, restores each, and finds everything in it that was acknowledged before it began. */
export const backups: Trial = {
  counts: { full: 20, small: 2 },
  async run ({ count, next, folder }) {
    const target = join(folder, 'backups')
    mkdirSync(target)
    const env = { ...environment(join(folder, 'parley.db')), BACKUP_KEEP: String(count) }
    const server = await startServer(env, { log: join(folder, 'log') })
    const client = await signIn(server.url, 'ada')
    const acknowledged: Array<{ messageId: string, text: string }> = []
    const state = { isOver: false }
    const writing = Promise.all(Array.from({ length: WRITERS }, async () => {
      const id = randomUUID()
      while (!state.isOver) {
        const message = { messageId: randomUUID(), text: someText(next) }
        const { status } = await client.send('POST', `/api/messages/${id}`, { ...message, isCreatedByUser: true })
        if (status !== 201) throw new Error(`A message was answered with ${status}`)
        acknowledged.push(message)
      }
    }))
    let least = Infinity
    for (let n = 1; n <= count; n++) {
      await wait(PAUSE_MS)
      const expected = [...acknowledged]
      const made = await parley(env, ['--json', 'backup', target])
      if (made.code !== 0) throw new Error(`Backup ${n} failed: ${made.stderr}`)
      const { path }: { path: string } = JSON.parse(made.stdout)
      const restored = join(folder, `restored-${n}/parley.db`)
      const done = await parley({ ...env, DATABASE_PATH: restored }, ['restore', path])
      if (done.code !== 0) throw new Error(`Restore ${n} failed: ${done.stderr}`)
      assertSound(restored)
      compare(restored, expected)
      least = Math.min(least, expected.length)
    }
    state.isOver = true
    await writing
    await server.end('SIGTERM')
    return `${count} backups restored; each has all that was acknowledged before it, ${least} to ${acknowledged.length} messages`
  }
}

function compare (path: string, expected: Array<{ messageId: string, text: string }>) {
  const { $client: sqlite } = openReader(path)
  try {
    const find = sqlite.prepare<[string], string>('SELECT body FROM messages WHERE message_id = ?').pluck()
    const missing = expected.filter(({ messageId, text }) => !find.get(messageId)?.includes(text))
    if (missing.length > 0) throw new Error(`${missing.length} of ${expected.length} acknowledged messages are not in ${path}`)
  } finally {
    sqlite.close()
  }
}
