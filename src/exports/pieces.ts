/** Characters or bytes of one write. Many small ones cost more than the work between them. */
const PIECE_SIZE = 65_536

/** Joins small pieces of text to larger ones, as UTF-8. */
export function inPieces (texts: Iterable<string>): Generator<Buffer, void, void> {
  return joined(texts, (waiting) => Buffer.from(waiting.join('')))
}

/** Joins small buffers to larger ones. */
export function inBlocks (buffers: Iterable<Buffer>): Generator<Buffer, void, void> {
  return joined(buffers, (waiting) => Buffer.concat(waiting))
}

function * joined <T extends string | Buffer> (parts: Iterable<T>, join: (waiting: T[]) => Buffer): Generator<Buffer, void, void> {
  let waiting: T[] = []
  let size = 0
  for (const part of parts) {
    waiting.push(part)
    size += part.length
    if (size < PIECE_SIZE) continue
    yield join(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield join(waiting)
}
