const words = new Intl.Segmenter('und', { granularity: 'word' })

/** Scripts that put no space between words, so that a word may end beside one of their letters. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** What titles do not end with. */
const ENDING = /[\s.。．…,،、，;؛；:：!！]+$/u

/** What is left dangling where a text was cut. */
const DANGLING = /[\s\p{Pd}\p{Ps}\p{Pi}.。．…,،、，;؛；:：!！·/|&+=]+$/u

/**
 * As many of a line's first words as fit into `limit` UTF-16 units, without punctuation at the end. Words of
 * spaced scripts are kept whole with what is attached to them, such as the parts of a URL, unless that leaves
 * nothing. Empty when not even the first word fits.
 */
export function shorten (line: string, limit: number): string {
  if (line.length <= limit) return line.replace(ENDING, '')
  let afterWord = 0
  let beforeSpace = 0
  // A word that ends at the limit shows only with the segment behind it.
  for (const { index, segment } of words.segment(line.slice(0, 2 * limit))) {
    if (index > limit) break
    afterWord = index
    if (/^\s/u.test(segment) || UNSPACED.test(segment) || UNSPACED.test(line.slice(index - 1, index))) beforeSpace = index
  }
  return line.slice(0, beforeSpace || afterWord).replace(DANGLING, '')
}

/** How many words a text has. */
export function wordCount (text: string): number {
  return [...words.segment(text)].filter(({ isWordLike }) => isWordLike).length
}
