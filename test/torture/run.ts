import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { random } from '../bench/data.js'
import { backups } from './backups.js'
import { checkpoints } from './checkpoints.js'
import { damage } from './damage.js'
import { deletedText } from './deleted-text.js'
import { descriptors } from './descriptors.js'
import { fullDisk } from './full-disk.js'
import { hangingDisk } from './hanging-disk.js'
import { ioErrors } from './io-errors.js'
import { kills } from './kills.js'
import { powerLoss } from './power-loss.js'
import { assertTool } from './tools.js'
import type { Trial } from './trial.js'

/*
 * npm run torture [-- NAME …] [-- --small] [-- --kills N] [-- --seed S]
 * Kills the built server, cuts its power, fails and fills its disk and damages its file, and compares what is left with what
 * it had acknowledged. --small is the run of `.ci/run`. The same seed makes the same choices, though threads and processes
 * go their own ways. The exit code is 1 when something did not hold, or could not be tried.
 */

const trials: Record<string, Trial> = {
  kills, 'power-loss': powerLoss, 'io-errors': ioErrors, checkpoints, 'full-disk': fullDisk, 'hanging-disk': hangingDisk, descriptors, damage, backups, 'deleted-text': deletedText
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false }, kills: { type: 'string' }, seed: { type: 'string', default: '1' } }
})
const seed = numberOf('seed', values.seed)
const chosen = positionals.length > 0 ? positionals : Object.keys(trials)
let failures = 0

for (const name of chosen) {
  const trial = trials[name]
  if (!trial) throw new Error(`There is no ${name}; there are ${Object.keys(trials).join(', ')}`)
  const { full, small } = trial.counts
  const count = name === 'kills' && values.kills !== undefined ? numberOf('kills', values.kills) : values.small ? small : full
  const folder = mkdtempSync(join(tmpdir(), `parley-${name}-`))
  const begun = performance.now()
  const seconds = () => `${Math.round((performance.now() - begun) / 1000)} s`
  try {
    for (const tool of trial.tools ?? []) assertTool(tool)
    console.log(`${name}: ${await trial.run({ count, next: random(seed), folder })} (${seconds()})`)
    rmSync(folder, { recursive: true })
  } catch (error) {
    failures++
    console.error(`${name} FAILED after ${seconds()} with seed ${seed}, files in ${folder}:`, error)
  }
}
// Idle connections would keep the process for a while.
process.exit(failures > 0 ? 1 : 0)

function numberOf (name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} takes a number, not ${value}`)
  return Number(value)
}
