import { readFileSync, statSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import { refusal } from '../refusal.js'
import type { JsonObject } from '../../formats/kit/draft.js'
import type { JsonElement } from '../json/scanner.js'

/** A table is parsed whole; 30 MiB are 100,000 messages. */
const MAX_BYTES = 64 * 2 ** 20
const MAX_HEADER_BYTES = 4096

/**
 * The rows of a CSV file as objects by the names in its first line; where the file breaks off, what comes before it.
 * @throws {DomainError} `IMPORT_TOO_LARGE` beyond 64 MiB.
 */
export function * tableElements (path: string): Generator<JsonElement> {
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw refusal('IMPORT_TOO_LARGE', 'The table is larger than 64 MiB. Split it and import the parts one by one')
  const { rows, fault } = rowsOf(readFileSync(path))
  for (const [index, value] of rows.entries()) {
    const bytes = Math.ceil(size / rows.length)
    yield { start: index * bytes, end: Math.min(size, (index + 1) * bytes), size: bytes, value }
  }
  if (fault !== null) yield { start: size, end: size, refused: fault }
}

/** What separates the names in the first line. Other such characters stand in cells. */
function delimiterOf (bytes: Buffer): string {
  const [line = ''] = bytes.subarray(0, MAX_HEADER_BYTES).toString().split(/\r?\n/, 1)
  return /[,;\t]/.exec(line.replace(/"[^"]*"/g, ''))?.[0] ?? ','
}

function rowsOf (bytes: Buffer): { rows: JsonObject[], fault: string | null } {
  const rows: JsonObject[] = []
  try {
    parse(bytes, {
      bom: true,
      columns: true,
      delimiter: delimiterOf(bytes),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (row: Record<string, string>) => {
        rows.push(row)
        return null
      }
    })
    return { rows, fault: null }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { rows, fault: `The table breaks off after row ${rows.length}. What follows it cannot be read` }
  }
}
