import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { asPathError } from '../db/file-error.js'
import { runExport } from '../exports/run-export.js'
import { exportFormats, type ExportFormatName } from '../formats/export-formats.js'
import { withDatabase } from './database.js'
import type { Environment } from './environment.js'
import { conversations, print, size } from './output.js'
import { showProgress } from './progress.js'
import { stopSignal } from './stop-signals.js'
import { UsageError } from './usage-error.js'
import { userOf } from './users.js'

interface ExportOptions {
  user: string
  out: string
  format: ExportFormatName
  branches: 'active' | 'all'
  style: 'messages' | 'sharegpt'
  search?: string
  tag?: string[]
}

/** `parley export`. */
export function addExportCommand (program: Command, env: Environment) {
  program.command('export').description('write conversations to a file, also while the server runs')
    .requiredOption('--user <email>', 'whose conversations')
    .requiredOption('--out <file>', 'the file to write, which must not be there yet')
    .addOption(new Option('--format <format>', 'see docs/export.md').choices(exportFormats).default('parley'))
    .addOption(new Option('--branches <which>', 'of markdown and html').choices(['active', 'all']).default('active'))
    .addOption(new Option('--style <style>', 'of jsonl').choices(['messages', 'sharegpt']).default('messages'))
    .option('--search <words>', 'only conversations that have them')
    .option('--tag <tag...>', 'only conversations that carry any of these')
    .action(async ({ user, out, format, branches, style, search, tag: tags }: ExportOptions, command: Command) => {
      await withDatabase(env, async ({ path: databasePath, reader }) => {
        const { no: userNo } = userOf(reader, user)
        const path = resolve(out)
        if (await stat(path).then(() => true, () => false)) throw new UsageError(`${out} is there already`)
        const signal = stopSignal('The export was stopped; no file is left')
        const progress = showProgress(out)
        const selection = { ...(search !== undefined && { search }), ...(tags && { tags }) }
        const options = { branches, style, address: null }
        try {
          const { done, bytes } = await runExport({ databasePath, path, userNo, format, options, selection, isSingle: false }, {
            signal,
            onProgress: ({ done, total }) => progress.update(done, total, `${done} of ${conversations(total)}`)
          })
          progress.end(conversations(done))
          print(command, { file: path, format, conversations: done, bytes }, [`${out}: ${conversations(done)} (${size(bytes)})`])
        } catch (error) {
          progress.fail('failed')
          throw asPathError(path, error)
        }
      })
    })
}
