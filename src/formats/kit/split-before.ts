/**
 * A list in pieces: a new one begins at each entry for which `isFirst` holds, which gets the entry and the piece so far. None is
 * empty. For files of lines in which several sessions stand one behind the other.
 */
export function splitBefore <T> (list: readonly T[], isFirst: (entry: T, before: readonly T[]) => boolean): T[][] {
  const pieces: T[][] = []
  for (const entry of list) {
    const piece = pieces.at(-1)
    if (piece === undefined || isFirst(entry, piece)) pieces.push([entry])
    else piece.push(entry)
  }
  return pieces
}
