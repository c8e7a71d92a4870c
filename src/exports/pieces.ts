/** Bytes of one write. Many small ones cost more than the work between them. */
const PIECE_CHARACTERS = 65_536

/** Joins small pieces of text to larger ones, as UTF-8. */
export function * inPieces (texts: Iterable<string>): Generator<Buffer, void, void> {
  let waiting: string[] = []
  let characters = 0
  for (const text of texts) {
    waiting.push(text)
    characters += text.length
    if (characters < PIECE_CHARACTERS) continue
    yield Buffer.from(waiting.join(''))
    waiting = []
    characters = 0
  }
  if (characters > 0) yield Buffer.from(waiting.join(''))
}
