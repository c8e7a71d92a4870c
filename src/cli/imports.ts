import { mkdtemp, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { DomainError } from '../errors.js'
import type { ImportReport } from '../imports/report.js'
import { runImport } from '../imports/run-import.js'
import { importLockOf, lockFile } from '../maintenance/lock.js'
import { type CliDatabase, withDatabase } from './database.js'
import { conversations, print } from './output.js'
import type { Environment } from './environment.js'
import { showProgress } from './progress.js'
import { stopSignal } from './stop-signals.js'
import { userOf } from './users.js'

/** What became of a file: its report, or why it was refused. */
type Outcome = { file: string } & (ImportReport | { error: string })

interface ImportOptions { user: string, restoreDeleted?: boolean, dryRun?: boolean }

/** `parley import`. */
export function addImportCommand (program: Command, env: Environment) {
  program.command('import').description('import chat histories, as they were downloaded')
    .argument('<file...>', 'JSON files, archives or folders')
    .requiredOption('--user <email>', 'whose conversations they become')
    .option('--restore-deleted', 'bring back conversations that were deleted here')
    .option('--dry-run', 'only tell what would be imported')
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      await withDatabase(env, async (database) => {
        const { no } = userOf(database.reader, options.user)
        const signal = stopSignal('The import was stopped; nothing of this file was imported')
        const outcomes: Outcome[] = []
        try {
          for (const file of files) outcomes.push({ file, ...await importFile(database, resolve(file), no, options, signal) })
        } finally {
          print(command, outcomes, outcomes.flatMap(describe))
        }
        if (outcomes.some((outcome) => 'error' in outcome)) process.exitCode = 1
      })
    })
}

/** Imports one file or folder. One that is refused does not keep the others from being imported. */
async function importFile ({ path, writer }: CliDatabase, file: string, userNo: number, options: ImportOptions, signal: AbortSignal): Promise<ImportReport | { error: string }> {
  if (!await isReadable(file)) return { error: 'It is no file and no folder' }
  const lock = lockFile(importLockOf(path), 'parley import')
  const directory = await mkdtemp(join(dirname(path), 'import-'))
  const progress = showProgress(file)
  try {
    const { restoreDeleted = false, dryRun = false } = options
    const report = await runImport(writer, { path: file, fileName: basename(file), directory, userNo, restoreDeleted, dryRun, now: Date.now() }, {
      signal,
      onProgress: ({ bytesRead, bytesTotal, report }) => progress.update(bytesRead, bytesTotal, conversations(report.imported))
    })
    progress.end(conversations(report.imported))
    return report
  } catch (error) {
    progress.fail('failed')
    if (!(error instanceof DomainError)) throw error
    return { error: error.message }
  } finally {
    await rm(directory, { recursive: true, force: true })
    lock.release()
  }
}

async function isReadable (path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isFile() || found.isDirectory(), () => false)
}

function describe (outcome: Outcome): string[] {
  if ('error' in outcome) return [`${outcome.file}: ${outcome.error}`]
  const { file, format, imported, updated, unchanged, skipped, failed, messages, errors, unread } = outcome
  return [
    `${file}: ${imported} imported, ${updated} updated, ${unchanged} unchanged, ${skipped} skipped, ${failed} failed, ${messages} messages (${format})`,
    ...errors.map(({ index, title, reason }) => `  entry ${index}${title === undefined ? '' : ` (${title})`}: ${reason}`),
    ...unread.map(({ name, reason }) => `  ${name}: ${reason}`)
  ]
}
