import { closeSync, openSync, readSync, statSync } from 'node:fs'

/** How the files people pick by mistake begin, by the published signatures of their formats. */
const signatures: ReadonlyArray<readonly [start: string, what: string]> = [
  ['%PDF-', 'a PDF document. Pick the JSON file of the same export'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive. Unpack it, and pick the history in it or pack it again as a zip'],
  ['Rar!', 'a RAR archive. Unpack it, and pick the history in it or pack it again as a zip'],
  ['\xfd7zXZ', 'an xz archive. Unpack it, and pick the history in it or pack it again as a zip'],
  ['BZh', 'a bzip2 archive. Unpack it, and pick the history in it or pack it again as a zip'],
  ['\xd0\xcf\x11\xe0', 'a document of Office. Pick the JSON file of the same export'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['RIFF', 'a picture or a sound'],
  ['SQLite format 3\0', 'an SQLite database. Export the chats as JSON in the program it belongs to'],
  ['\xff\xfe', 'text in UTF-16. Save it as UTF-8'],
  ['\xfe\xff', 'text in UTF-16. Save it as UTF-8'],
  ['<', 'a web page or XML. Pick the JSON file of the same export, or ask for JSON when exporting']
]

const HEAD_BYTES = 4096

/** The first bytes of a file, at most 4 KiB unless told otherwise. */
export function headOf (path: string, bytes = HEAD_BYTES): Buffer {
  const fd = openSync(path, 'r')
  try {
    const head = Buffer.alloc(bytes)
    return head.subarray(0, readSync(fd, head, 0, head.length, 0))
  } finally {
    closeSync(fd)
  }
}

/** What can hold several files. */
export type ArchiveKind = 'folder' | 'zip' | 'gzip' | 'tar'

/** The kind of archive a path leads to. A file is recognised by its first bytes. Null for anything else. */
export function archiveKind (path: string): ArchiveKind | null {
  if (statSync(path).isDirectory()) return 'folder'
  const head = headOf(path).toString('latin1')
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return 'zip'
  if (head.startsWith('\x1f\x8b')) return 'gzip'
  return head.slice(257, 262) === 'ustar' ? 'tar' : null
}

/** Whether text begins as a web page does. */
export function isPage (head: Buffer): boolean {
  return startOf(head).startsWith('<')
}

/** Whether text begins with a line of names in two columns or more, separated by commas, semicolons or tabs. */
export function isTable (head: Buffer): boolean {
  const [line = ''] = head.toString('utf8').replace(/^\ufeff/, '').split(/\r?\n/, 1)
  return /^(?:"[^"]+"|[\p{L}\d][^",;\t{}[\]<>:]*)(?:[,;\t](?:"[^"]*"|[^",;\t{}[\]<>:]*))+$/u.test(line)
}

/** Whether every other of the first bytes is zero, as in UTF-16 without a byte order mark. */
export function isUtf16 (head: Buffer): boolean {
  const [a = 1, b = 1, c = 1, d = 1] = head
  return (a === 0 && c === 0 && b !== 0 && d !== 0) || (b === 0 && d === 0 && a !== 0 && c !== 0)
}

/** What a file that is not JSON looks like, as the end of "it looks like …": a sentence, or two. */
export function looksLike (head: Buffer): string {
  const start = startOf(head)
  const known = signatures.find(([signature]) => start.startsWith(signature))
  if (known !== undefined) return known[1]
  if (isUtf16(head)) return 'text in UTF-16. Save it as UTF-8'
  return head.includes(0) ? 'a binary file' : 'text of some other kind'
}

function startOf (head: Buffer): string {
  return head.subarray(0, 64).toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart()
}
