/** A part of a multipart/form-data body; without a file name it is a plain field. */
export interface Part { name?: string, filename?: string | null, type?: string, content: string }

const BOUNDARY = 'tests-use-this-boundary'

/** A multipart/form-data body of these parts, with the headers that go with it. */
export function multipart (parts: Part[], boundary = BOUNDARY) {
  const written = parts.map(({ name = 'file', filename = 'history.json', type = 'application/json', content }) => {
    const file = filename === null ? '' : `; filename="${filename}"\r\nContent-Type: ${type}`
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`
  })
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `${written.join('')}--${boundary}--\r\n`
  }
}
