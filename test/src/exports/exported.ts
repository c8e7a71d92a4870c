import { parleyExport } from '../../../src/formats/parley/write.js'
import type { ExportFormat, ExportOptions } from '../../../src/formats/kit/export-format.js'
import { readConversations } from '../../../src/exports/read-conversation.js'
import { selectConversations } from '../../../src/exports/selection.js'
import type { Db } from '../../../src/db/connection.js'

export const plainOptions: ExportOptions = { branches: 'all', style: 'messages', address: null }

/** Everything an account has, written in a format: the text, or the text of each file of the archive by its path. */
export function exported (db: Db, userNo: number, { one, many }: ExportFormat, options = plainOptions): Map<string, string> {
  const conversations = readConversations(db, userNo, selectConversations(db, userNo, {}))
  const output = many.kind === 'zip' ? many : one ?? many
  if (output.kind === 'text') return new Map([['', [...output.write(conversations, options)].join('')]])
  const files = new Map<string, string>()
  for (const { path, content } of output.write(conversations, options)) files.set(path, [...content].join(''))
  return files
}

/** The lines of Parley's own export of everything an account has. */
export function parleyLines (db: Db, userNo: number): string {
  return exported(db, userNo, parleyExport).get('conversations.ndjson') ?? ''
}

/** The entries of lines of JSON. */
export function entriesOf (lines: string) {
  return lines.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line))
}
