const words = new Intl.Segmenter('und', { granularity: 'word' })

/** Scripts without spaces between words. A cut next to one of their letters can end a word. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Punctuation that titles do not end with. */
const ENDING = /[\s.。．…,،、，;؛；:：!！]+$/u

/** Characters that are removed at a cut. */
const DANGLING = /[\s\p{Pd}\p{Ps}\p{Pi}.。．…,،、，;؛；:：!！·/|&+=]+$/u

/**
 * Returns the first words of a line that fit into `limit` UTF-16 units, without punctuation at the end. It cuts at
 * spaces, so that a URL stays whole. Without spaces it cuts between words. Empty when the first word does not fit.
 */
export function shorten (line: string, limit: number): string {
  if (line.length <= limit) return line.replace(ENDING, '')
  let afterWord = 0
  let beforeSpace = 0
  // A word that ends at the limit is complete only if another segment follows.
  for (const { index, segment } of words.segment(line.slice(0, 2 * limit))) {
    if (index > limit) break
    afterWord = index
    if (/^\s/u.test(segment) || UNSPACED.test(segment) || UNSPACED.test(line.slice(index - 1, index))) beforeSpace = index
  }
  return line.slice(0, beforeSpace || afterWord).replace(DANGLING, '')
}

/** Counts the words of a text. */
export function wordCount (text: string): number {
  return [...words.segment(text)].filter(({ isWordLike }) => isWordLike).length
}
