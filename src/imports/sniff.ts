/** How the files people pick by mistake begin, by the published signatures of their formats. */
const signatures: ReadonlyArray<readonly [start: string, what: string]> = [
  ['%PDF-', 'a PDF document'],
  ['\x1f\x8b', 'a gzip archive; unpack it and pick the JSON file in it'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive; unpack it and pick the JSON file in it'],
  ['Rar!', 'a RAR archive; unpack it and pick the JSON file in it'],
  ['PK\x05\x06', 'a zip archive with nothing in it'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['RIFF', 'a picture or a sound'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['\xff\xfe', 'text in UTF-16; save it as UTF-8'],
  ['\xfe\xff', 'text in UTF-16; save it as UTF-8'],
  ['<', 'a web page or XML; pick the JSON file of the same export, or ask for JSON when exporting']
]

/** Whether a file is a zip archive with something in it, by its first bytes. */
export function isZip (head: Buffer) {
  return head.subarray(0, 4).toString('latin1') === 'PK\x03\x04'
}

/** What a file that is not JSON looks like, as the end of "it looks like …". */
export function looksLike (head: Buffer): string {
  const start = head.subarray(0, 64).toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart()
  const known = signatures.find(([signature]) => start.startsWith(signature))
  if (known !== undefined) return known[1]
  return head.includes(0) ? 'a binary file' : 'text of some other kind'
}
