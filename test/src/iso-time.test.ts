import fc from 'fast-check'
import t from 'tap'
import { isoTime } from '../../src/iso-time.js'

t.test('writes every time as Date does, in whatever order they come', async (t) => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -8.64e15, max: 8.64e15 })), (times) => {
    for (const time of times) {
      if (isoTime(time) !== new Date(time).toISOString()) throw new Error(`${time}: ${isoTime(time)}`)
    }
  }))
  for (const time of [0, -1, 1, 86_399_999, 86_400_000, Date.UTC(2024, 1, 29, 23, 59, 59, 999)]) {
    t.equal(isoTime(time), new Date(time).toISOString())
  }
})
