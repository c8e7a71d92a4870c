import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** One change of a file as the kernel was told of it. `at` is its beginning in seconds since 1970. */
export type FileChange = { at: number, file: string } & (
  | { kind: 'write', offset: number, data: Buffer }
  | { kind: 'truncate', size: number }
  | { kind: 'sync' }
)

/** Longest data that strace prints: more than one write of SQLite, which is a page of at most 64 KiB. */
const MAX_DATA_BYTES = 70_000

/** Arguments of strace that record all changes of files, one output for each thread. */
export function tracing (output: string): string[] {
  return ['strace', '--seccomp-bpf', '-ff', '-ttt', '-y', '-xx', '-s', String(MAX_DATA_BYTES), '-o', output, '-e', 'trace=pwrite64,fsync,fdatasync,ftruncate', '-e', 'signal=none']
}

const CALL = /^(?<at>\d+\.\d+) (?<name>pwrite64|fsync|fdatasync|ftruncate)\(\d+<(?<file>[^>]*)>(?<rest>.*)\) += (?<result>-?\d+)/

/** Reads what strace recorded about these files, in the order in which the calls began. */
export function readTrace (output: string, files: string[]): FileChange[] {
  const wanted = new Set(files)
  const changes: FileChange[] = []
  for (const name of readdirSync(dirname(output)).filter((name) => name.startsWith(`${basename(output)}.`))) {
    for (const line of readFileSync(join(dirname(output), name), 'latin1').split('\n')) {
      const change = parse(line)
      if (change && wanted.has(change.file)) changes.push(change)
    }
  }
  return changes.sort((a, b) => a.at - b.at)
}

function parse (line: string): FileChange | null {
  const { at, name, file, rest = '', result } = CALL.exec(line)?.groups ?? {}
  if (file === undefined || Number(result) < 0) return null
  const change = { at: Number(at), file: unescape(file) }
  if (name === 'ftruncate') return { ...change, kind: 'truncate', size: Number(rest.replace(/^, /, '')) }
  if (name !== 'pwrite64') return { ...change, kind: 'sync' }
  const [, hex = '', length, offset] = /^, "((?:\\x[0-9a-f]{2})*)", (\d+), (\d+)$/.exec(rest) ?? []
  const data = Buffer.from(hex.replaceAll('\\x', ''), 'hex')
  if (data.length !== Number(length)) throw new Error(`The trace has ${data.length} of ${length} bytes of a write`)
  return { ...change, kind: 'write', offset: Number(offset), data }
}

/** With -xx strace prints paths in hexadecimal, too. */
function unescape (text: string): string {
  return text.includes('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex').toString() : text
}
