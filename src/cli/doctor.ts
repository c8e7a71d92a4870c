import type { Command } from 'commander'
import { readConfig } from '../config.js'
import { FileError } from '../db/file-error.js'
import { inspectFile } from '../db/open.js'
import { examine, repair } from '../maintenance/doctor.js'
import { holderOf } from '../maintenance/lock.js'
import { databasePath } from './database.js'
import { print } from './output.js'
import type { Environment } from './environment.js'

/** Exit code when faults are left. */
const FAULTS_LEFT = 3

/** `parley doctor`. */
export function addDoctorCommand (program: Command, env: Environment) {
  program.command('doctor').description('check the database: its structure, its rows and the search index')
    .option('--repair', 'derive again what can be derived; the server must be stopped')
    .action((options: { repair?: boolean }, command: Command) => {
      const path = databasePath(readConfig(env))
      const { has, known } = inspectFile(path)
      if (has === 0) throw new FileError(`${path} is not there yet`)
      if (has < known) throw new FileError(`${path} is of an older version; start the server once, which migrates it`)
      const tell = (check: string) => console.error(`Checking: ${check}`)
      const diagnosis = options.repair ? repair(path, tell) : examine(path, holderOf(path) !== null, tell)
      print(command, diagnosis, [
        ...diagnosis.repaired.map((check) => `mended: ${check}`),
        ...diagnosis.faults.map(({ check, detail }) => `${check}: ${detail}`),
        diagnosis.faults.length === 0 ? `${path} is sound` : `${diagnosis.faults.length} faults${options.repair ? ' are left' : '; see: parley doctor --repair'}`
      ])
      if (diagnosis.faults.length > 0) process.exitCode = FAULTS_LEFT
    })
}
