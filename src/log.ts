import { writeSync } from 'node:fs'

/**
 * A stream of log lines to a file descriptor. A line that cannot be written is dropped and counted: a log on a full disk
 * must neither stop the server nor keep it busy. The count is told with the first line that can be written again.
 */
export function logStream (descriptor = 1): { write (line: string): void } {
  let lost = 0
  let isCut = false

  function put (line: string) {
    const bytes = Buffer.from(isCut ? `\n${line}` : line)
    const written = writeSync(descriptor, bytes)
    isCut = written < bytes.length
    if (isCut) lost++
  }

  return {
    write (line) {
      try {
        const count = lost
        if (count > 0) {
          lost = 0
          put(`${JSON.stringify({ level: 40, time: Date.now(), msg: `${count} log lines could not be written` })}\n`)
        }
        put(line)
      } catch {
        lost++
      }
    }
  }
}
