/*
 * JSON that is streamed and not written by a response schema, because it is long or asked for often: a page of the list,
 * the messages of a conversation, the hits of a search. Tests compare it with its schema.
 */

/** Characters of one piece, so that a long answer gives way to other requests in between. */
export const PIECE_CHARACTERS = 262_144

/**
 * The pieces of a JSON array, or of an object around it: `before` ends with `[`, `after` begins with `]`. Each of `items`
 * is complete JSON and is taken when its piece is asked for.
 */
export function * jsonArray (items: Iterable<string>, before = '[', after = ']'): Generator<string, void, void> {
  let piece: string[] = []
  let characters = 0
  let beginning = before
  for (const item of items) {
    piece.push(item)
    characters += item.length
    if (characters < PIECE_CHARACTERS) continue
    yield beginning + piece.join()
    piece = []
    characters = 0
    beginning = ','
  }
  yield (piece.length > 0 || beginning === before ? beginning + piece.join() : '') + after
}
