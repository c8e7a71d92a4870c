const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

/** A line break that only wraps a line. The line is long and the next one starts in lower case. */
const WRAP = /\n(?<=[^\n]{40}[\p{Ll},][ \t]{0,9}\n)[ \t]*(?=\p{Ll})/gu

/** A text that ends in the dot of an abbreviation or initial. UAX #29 ends a sentence there before a capital letter. */
const ABBREVIATED = /(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|etc|approx|bzw|ca|e\.g|i\.e|Sr|Sra|Mme|\p{L})\.\s*$/u

/** Yields the sentences of a text in order (UAX #29). A line break ends a sentence unless it only wraps. */
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
