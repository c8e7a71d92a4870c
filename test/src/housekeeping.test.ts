import t from 'tap'
import { createHousekeeping } from '../../src/housekeeping.js'

t.test('work that is asked for is done after that, whenever it is asked for', async (t) => {
  for (let turns = 0; turns < 60; turns++) {
    let sweeps = 0
    const run = async (name: string) => { if (name === 'sweepDeleted') sweeps++ }
    const housekeeping = createHousekeeping({ run }, (error) => { throw error })
    housekeeping.schedule()
    for (let turn = 0; turn < turns; turn++) await null
    const before = sweeps
    housekeeping.schedule()
    await housekeeping.idle()
    if (sweeps <= before) t.fail(`nothing was done after ${turns} microtasks`)
  }
})
