import t from 'tap'
import { isBackupDue, RETRY_MS } from '../../../src/maintenance/schedule.js'

const DAY = 86_400_000
const NOW = Date.parse('2026-01-02T10:00:00Z')

t.test('a backup is due when there is none, and when the last one is old enough', async (t) => {
  const isDue = (madeAt: number | null) => isBackupDue({ madeAt, begunAt: madeAt }, DAY, NOW)
  t.ok(isDue(null))
  t.ok(isDue(NOW - DAY))
  t.notOk(isDue(NOW - DAY + 1))
  t.notOk(isDue(NOW))
})

t.test('a backup that failed is tried again after an hour, or after the interval if that is shorter', async (t) => {
  const isDue = (begunAt: number, everyMs: number) => isBackupDue({ madeAt: NOW - 9 * DAY, begunAt }, everyMs, NOW)
  t.notOk(isDue(NOW - RETRY_MS + 1, DAY))
  t.ok(isDue(NOW - RETRY_MS, DAY))
  t.ok(isDue(NOW - 60_000, 60_000))
})

t.test('after the clock was set back a backup is due at once', async (t) => {
  t.ok(isBackupDue({ madeAt: NOW + 300 * DAY, begunAt: NOW + 300 * DAY }, DAY, NOW))
})
