const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

/** Line breaks that only wrap a long line: the next one goes on with a small letter. */
const WRAP = /\n(?<=[^\n]{40}[\p{Ll},][ \t]{0,9}\n)[ \t]*(?=\p{Ll})/gu

/** Ends in the dot of an abbreviation or initial, which Unicode's rules take for the end of a sentence before a capital letter. */
const ABBREVIATED = /(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|etc|approx|bzw|ca|e\.g|i\.e|Sr|Sra|Mme|\p{L})\.\s*$/u

/** The sentences of a text in order, by Unicode's rules (UAX #29); a line break ends a sentence unless it wraps one. */
export function * sentences (text: string): Generator<string, void, void> {
  let sentence = ''
  for (const { segment } of segmenter.segment(text.replace(WRAP, ' '))) {
    sentence += segment
    if (ABBREVIATED.test(segment)) continue
    yield sentence
    sentence = ''
  }
  if (sentence !== '') yield sentence
}
