import { mkdtemp, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { ImportReport } from '../imports/report.js'
import { runImport } from '../imports/run-import.js'
import { lockFile } from '../maintenance/lock.js'
import { type CliDatabase, withDatabase } from './database.js'
import { print } from './output.js'
import type { Environment } from './environment.js'
import { showProgress } from './progress.js'
import { UsageError } from './usage-error.js'
import { userOf } from './users.js'

interface ImportOptions { user: string, restoreDeleted?: boolean, dryRun?: boolean }

/** `parley import`. */
export function addImportCommand (program: Command, env: Environment) {
  program.command('import').description('import chat histories, as they were downloaded')
    .argument('<file...>', 'JSON files or archives')
    .requiredOption('--user <email>', 'whose conversations they become')
    .option('--restore-deleted', 'bring back conversations that were deleted here')
    .option('--dry-run', 'only tell what would be imported')
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      await withDatabase(env, async (database) => {
        const { no } = userOf(database.reader, options.user)
        const stop = new AbortController()
        process.once('SIGINT', () => stop.abort(new UsageError('The import was stopped; nothing of this file was imported')))
        const reports: Array<ImportReport & { file: string }> = []
        for (const file of files) reports.push({ file, ...await importFile(database, resolve(file), no, options, stop.signal) })
        print(command, reports, reports.flatMap(describe))
      })
    })
}

async function importFile ({ path, writer }: CliDatabase, file: string, userNo: number, options: ImportOptions, signal: AbortSignal) {
  if (!await stat(file).then((found) => found.isFile(), () => false)) throw new UsageError(`${file} is not a file`)
  // Tells a server that staged rows have an owner.
  const lock = lockFile(`${path}-import`, 'parley import')
  const directory = await mkdtemp(join(dirname(path), 'import-'))
  const progress = showProgress(file)
  try {
    const { restoreDeleted = false, dryRun = false } = options
    const report = await runImport(writer, { path: file, fileName: basename(file), directory, userNo, restoreDeleted, dryRun, now: Date.now() }, {
      signal,
      onProgress: ({ bytesRead, bytesTotal, report }) => progress.update(bytesRead, bytesTotal, `${report.imported} conversations`)
    })
    progress.end(`${report.imported} conversations`)
    return report
  } catch (error) {
    progress.fail('failed')
    throw error
  } finally {
    await rm(directory, { recursive: true, force: true })
    lock.release()
  }
}

function describe ({ file, format, imported, updated, unchanged, skipped, failed, messages, errors, unread }: ImportReport & { file: string }): string[] {
  return [
    `${file}: ${imported} imported, ${updated} updated, ${unchanged} unchanged, ${skipped} skipped, ${failed} failed, ${messages} messages (${format})`,
    ...errors.map(({ index, title, reason }) => `  entry ${index}${title === undefined ? '' : ` (${title})`}: ${reason}`),
    ...unread.map(({ name, reason }) => `  ${name}: ${reason}`)
  ]
}
