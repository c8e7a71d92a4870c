import { Command } from 'commander'
import { version } from '../version.js'
import { addBackupCommands } from './backups.js'
import { addDoctorCommand } from './doctor.js'
import type { Environment } from './environment.js'
import { addExportCommand } from './exports.js'
import { addImportCommand } from './imports.js'
import { addKeyCommands } from './keys.js'
import { addTitleCommands } from './titles.js'
import { addUserCommands } from './users.js'

/** The program with all its commands. It throws what goes wrong, `CommanderError` for wrong usage. */
export function createProgram (env: Environment): Command {
  const program = new Command('parley')
    .description('A self-hosted home for AI conversations.')
    .version(version)
    .option('--json', 'print the result as JSON')
    .exitOverride()
    .addHelpText('after', '\nSettings come from the environment and from the file .env of the package, as of the server.\n' +
      'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 doctor found faults.')

  program.command('serve').description('run the server until a signal stops it')
    .action(async () => {
      // The server is large, and the other commands do not need it.
      const { serve } = await import('../serve.js')
      await serve(env)
    })
  addUserCommands(program, env)
  addKeyCommands(program, env)
  addImportCommand(program, env)
  addExportCommand(program, env)
  addBackupCommands(program, env)
  addDoctorCommand(program, env)
  addTitleCommands(program, env)
  return program
}
