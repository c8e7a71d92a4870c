import { firstUnits } from '../text.js'

/** A place in a row of texts: the index of a text, and an offset within it in UTF-16 units. */
export interface Place { index: number, offset: number }

/** Which part of a row of texts to take. */
export type Wanted =
  | { kind: 'from', place: Place }
  /** The texts that end before this index. */
  | { kind: 'before', index: number }
  /** The text at this index, and its neighbours on both sides. */
  | { kind: 'around', index: number }

/** A part of a row of texts. */
export interface Window {
  texts: string[]
  /** Where it begins. */
  start: Place
  /** Where the rest begins. Null at the end of the row. */
  rest: Place | null
}

/**
 * Takes neighbouring texts of a row of `count`, at most `maxUnits` UTF-16 units in all. A text that does not fit is left
 * to the next window. Only the first one of a window is cut. `read` is called once for each text that is taken, and at
 * most twice more.
 */
export function windowOf (count: number, read: (index: number) => string, wanted: Wanted, maxUnits: number): Window {
  const [first, offset] = firstOf(wanted)
  if (first < 0 || first >= count) return { texts: [], start: { index: 0, offset: 0 }, rest: count > 0 && first < 0 ? { index: 0, offset: 0 } : null }
  const whole = read(first).slice(offset)
  const text = firstUnits(whole, maxUnits)
  if (text.length < whole.length) {
    return { texts: [text], start: { index: first, offset }, rest: { index: first, offset: offset + text.length } }
  }

  const texts = [text]
  let left = maxUnits - text.length
  let from = first
  let to = first + 1
  // Each side grows until its next text does not fit.
  let canGrowBack = wanted.kind !== 'from'
  let canGrow = wanted.kind !== 'before'
  while (canGrow || canGrowBack) {
    canGrow &&= to < count && take(to, (next) => { texts.push(next); to++ })
    canGrowBack &&= from > 0 && take(from - 1, (next) => { texts.unshift(next); from-- })
  }
  return { texts, start: { index: from, offset: from === first ? offset : 0 }, rest: to < count ? { index: to, offset: 0 } : null }

  function take (index: number, add: (text: string) => void): boolean {
    const next = read(index)
    if (next.length > left) return false
    left -= next.length
    add(next)
    return true
  }
}

function firstOf (wanted: Wanted): [index: number, offset: number] {
  if (wanted.kind === 'from') return [wanted.place.index, wanted.place.offset]
  return [wanted.kind === 'before' ? wanted.index - 1 : wanted.index, 0]
}
