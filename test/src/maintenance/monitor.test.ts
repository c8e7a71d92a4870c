import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createCondition } from '../../../src/maintenance/condition.js'
import { startMonitor } from '../../../src/maintenance/monitor.js'

t.test('a long write-ahead log is a trouble until it is short again', async (t) => {
  const path = join(t.testdir({ 'parley.db': '' }), 'parley.db')
  const lines: string[] = []
  const condition = createCondition(path, (line) => { lines.push(line) })
  const { look, stop } = startMonitor({ path, condition, ping: async () => {}, probe: async () => {}, onSilent: (error) => { throw error } })
  t.teardown(stop)
  const troubleWith = async (logBytes: number) => {
    writeFileSync(`${path}-wal`, '')
    truncateSync(`${path}-wal`, logBytes)
    look()
    // The writer answers.
    await setImmediate()
    return condition.current()?.trouble ?? null
  }
  for (const [logBytes, trouble] of [[4096, null], [2 ** 27 + 1, 'log'], [2 ** 28, 'log'], [4096, null], [0, null]] as const) {
    t.equal(await troubleWith(logBytes), trouble, `${logBytes}`)
  }
  t.match(lines, [/write-ahead log has 134217729 bytes/, /no longer log/])
  condition.enter('log', 'a checkpoint failed')
  t.equal(await troubleWith(4096), 'log', 'a failure of the disk lasts until the next success')
})
