import type { Command } from 'commander'

/** Prints the result of a command: `value` as one line of JSON with --json, else `lines`. */
export function print (command: Command, value: unknown, lines: string[]) {
  const { json }: { json?: boolean } = command.optsWithGlobals()
  for (const line of json ? [JSON.stringify(value)] : lines) console.log(line)
}

/** Rows as columns that line up. */
export function table (rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
}

/** `1 conversation`, `12 conversations`. */
export function conversations (count: number): string {
  return `${count} ${count === 1 ? 'conversation' : 'conversations'}`
}

/** A size for people. */
export function size (bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
