import { fold, startsAnew } from './folding.js'
import { type LocatedWord, otherForms } from './forms.js'
import { isAscii } from './letters.js'
import { tokenPattern } from './tokenizer.js'

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Returns the tokens of a text in order with their places, and after them the further forms of its words, each as a list
 * of its own. Places never split a grapheme, except between ASCII letters. Takes some milliseconds for 4,096 characters.
 */
export function locateWords (text: string): LocatedWord[][] {
  if (isAscii(text)) return [tokensIn(text.toLowerCase()), ...otherForms(text)]
  const isWhole = ({ start, end }: LocatedWord) => graphemeStart(text, start) === start && graphemeStart(text, end) === end
  return [tokensOfGraphemes(text), ...[...otherForms(text)].filter((form) => form.every(isWhole))]
}

function tokensIn (folded: string): LocatedWord[] {
  return Array.from(folded.matchAll(tokenPattern), ({ 0: word, index }) => ({ word, start: index, end: index + word.length }))
}

/** Folds one grapheme at a time, so the place of each folded character is known. */
function tokensOfGraphemes (text: string): LocatedWord[] {
  const starts: number[] = []
  const ends: number[] = []
  const known = new Map<string, string>()
  let folded = ''
  for (const { segment, index } of graphemes.segment(text)) {
    const piece = known.get(segment) ?? fold(segment)
    known.set(segment, piece)
    const added = startsAnew(folded, segment) ? ` ${piece}` : piece
    for (let unit = 0; unit < added.length; unit++) {
      starts.push(index)
      ends.push(index + segment.length)
    }
    folded += added
  }
  return tokensIn(folded).map(({ word, start, end }) => ({ word, start: starts[start] ?? 0, end: ends[end - 1] ?? 0 }))
}

/** UTF-16 units that are looked back at most for a character that certainly begins a grapheme. */
const MAX_LOOK_BACK = 4096

/** ASCII and the ideographs of Chinese. Nothing joins them to the character before. */
const beginsGrapheme = /[\x20-\x7e\u3400-\u9fff]/

/** UTF-16 units of a grapheme that are seen after an index in it. */
const MAX_LOOK_AHEAD = 256

/** Returns the last index up to `index` at which a text can be cut between graphemes. */
export function graphemeStart (text: string, index: number): number {
  return graphemeAround(text, index)[0]
}

/** Returns the first index from `index` on at which a text can be cut between graphemes. */
export function graphemeEnd (text: string, index: number): number {
  const [start, end] = graphemeAround(text, index)
  return start === index ? index : end
}

function graphemeAround (text: string, index: number): [start: number, end: number] {
  if (index <= 0) return [0, 0]
  if (index >= text.length) return [text.length, text.length]
  let from = index
  while (from > 0 && index - from < MAX_LOOK_BACK && !beginsGrapheme.test(text.charAt(from))) from--
  const found = graphemes.segment(text.slice(from, index + MAX_LOOK_AHEAD)).containing(index - from)
  const start = from + (found?.index ?? 0)
  return [start, start + (found?.segment.length ?? 0)]
}
