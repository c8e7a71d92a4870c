import { resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import { readConfig } from '../config.js'
import { listBackups } from '../maintenance/backup.js'
import { restoreBackup } from '../maintenance/restore.js'
import { runInThread } from '../maintenance/run-in-thread.js'
import { fromHome } from '../paths.js'
import { databasePath } from './database.js'
import { print, size, table } from './output.js'
import type { Environment } from './environment.js'
import { showProgress } from './progress.js'
import { UsageError } from './usage-error.js'

/** `parley backup` and `parley restore`. */
export function addBackupCommands (program: Command, env: Environment) {
  program.command('backup').description('make a verified copy of the database, also while the server runs')
    .addArgument(new Argument('[folder]', 'where to put it; BACKUP_DIR unless given'))
    .option('--list', 'only list the backups that are there')
    .action(async (folder: string | undefined, { list }: { list?: boolean }, command: Command) => {
      const config = readConfig(env)
      const path = databasePath(config)
      const target = folder === undefined ? config.BACKUP_DIR && fromHome(config.BACKUP_DIR) : resolve(folder)
      if (!target) throw new UsageError('Name a folder for the backup, or set BACKUP_DIR')
      if (list) {
        const backups = listBackups(target, Date.now())
        return print(command, backups, table(backups.map((backup) => [new Date(backup.madeAt).toISOString(), size(backup.bytes), backup.path])))
      }
      const progress = showProgress('Backup')
      progress.update(0, 0, 'copying and checking')
      const backup = await runInThread('backup', { path, folder: target, keep: config.BACKUP_KEEP, now: Date.now() }).result
      progress.end('made and verified')
      print(command, backup, [`${backup.path} (${size(backup.bytes)})`])
      if (backup.faults.length > 0) console.error(`The database has ${backup.faults.length} faults that can be mended: parley doctor`)
    })

  program.command('restore').description('put a backup in the place of the database; the server must be stopped')
    .argument('<backup>', 'the backup file')
    .action((backup: string, _options: object, command: Command) => {
      const path = databasePath(readConfig(env))
      const aside = restoreBackup(resolve(backup), path, Date.now())
      print(command, { path, aside }, [`${path} is restored`, ...aside === null ? [] : [`The file that was there is kept as ${aside}`]])
    })
}
