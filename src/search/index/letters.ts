/** Scripts without spaces between words, as part of a class with the flag `v`. Each of their characters is a token. */
export const UNSPACED = [
  'Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan',
  'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Balinese', 'Javanese'
].map((script) => `\\p{Script_Extensions=${script}}`).join('')

/** Letters, combining marks and digits, as a class with the flag `v`. */
export const LETTERS = '[\\p{L}\\p{M}\\p{N}\\p{Co}]'

/** Letters, combining marks and digits of scripts with spaces between words. */
export const SPACED_LETTERS = `${LETTERS}--[${UNSPACED}]`

/** Longest token in code points. A longer run of letters becomes several tokens. */
export const MAX_TOKEN_LENGTH = 200

const ascii = /^\p{ASCII}*$/u

/** Whether a text has ASCII characters only. */
export function isAscii (text: string): boolean {
  return ascii.test(text)
}
