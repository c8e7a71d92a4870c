import { fold, RAISED } from './folding.js'
import { isAscii, MAX_TOKEN_LENGTH, SPACED_LETTERS } from './letters.js'

/*
 * Further forms of single words. `e-mail` is also found as `email`, `1,000` as `1000`, `getUserName` by each of its words,
 * and `study¹` without the footnote. The index has them after the words of the text (`tokenizer.ts`).
 */

/** A token and its place in the text, in UTF-16 units. */
export interface LocatedWord { word: string, start: number, end: number }

/** Longest part of a word of several parts, in code points. */
const MAX_PART = 40

/** Longest half of a word that is split at its capitals. Longer ones are mostly random, such as keys. */
const MAX_CAMEL_HALF = 40
const MAX_CAMEL_PARTS = 8

/** Superscript and subscript digits. */
const RAISED_OR_LOWERED = `[${RAISED}₀-₉]`

/**
 * Letters and digits in UTF-16 units, with a few signs of other scripts. A class of Unicode properties takes three times as
 * long. What is no letter is found when the form is made.
 */
const LETTER = '[0-9A-Za-z\\u00aa\\u00b2\\u00b3\\u00b5\\u00b9\\u00ba\\u00c0-\\u1fff\\u2070-\\u209f\\u2c00-\\u2dff\\u3040-\\uffff]'

/**
 * A kind of word that has a further form. The match begins with a rare character, and the first group is the part of the
 * word before it. To look back from there takes a tenth of the time of a look at each word.
 */
interface Kind { pattern: RegExp, read (word: string, start: number, before: string): LocatedWord[] }

const JOINER = '(?:[\'’ʼʻʹꞌ\\-‐‑]|\\*{1,2})'
const joiners = new RegExp(JOINER, 'g')
const PART = `${LETTER}{1,${MAX_PART}}`

/** `e-mail`, `don't`, `state-of-the-art`, `un**believ**able`. At most four parts: more are a sentence in a URL. */
const joined: Kind = {
  pattern: new RegExp(`${JOINER}(?=${LETTER})(?<=(?<!${LETTER}${JOINER}?)(${PART})${JOINER})${PART}(?:${JOINER}${PART}){0,2}(?!${JOINER}?${LETTER})`, 'g'),
  read: (word, start) => oneToken(fold(word).replace(joiners, ''), start, start + word.length)
}

/** `1,000`, `1’000’000`. Of `1.299,99` it also has the decimals. */
const grouped: Kind = {
  pattern: /[,.'’\u00a0\u2009\u202f](?=[0-9]{3})(?<=(?<![0-9][.,]?)([1-9][0-9]{0,2})(.))[0-9]{3}(?:\2[0-9]{3}){0,5}(?:[.,][0-9]{1,20})?(?![0-9])/g,
  read (word, start, before) {
    const [whole = ''] = /^[0-9]+(?:[^0-9][0-9]{3}(?![0-9]))+/.exec(word) ?? []
    const decimals = word.slice(whole.length + 1)
    const number = { word: before + whole.slice(before.length).replace(/[^0-9]/g, ''), start, end: start + whole.length }
    return decimals === '' ? [number] : [number, { word: decimals, start: number.end + 1, end: start + word.length }]
  }
}

const HALF = `[A-Za-z0-9]{0,${MAX_CAMEL_HALF}}`
const camelPart = /[A-Z]+(?:s(?![a-z]))?(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+/g

/** `getUserName`, `XMLHttpRequest`, but not `URLs`. */
const camel: Kind = {
  pattern: new RegExp(`[A-Z](?<=(?<!${LETTER})(${HALF}(?:[a-z][0-9]{0,3}|[A-Z](?=[A-Z][a-z]{2}))).)${HALF}(?!${LETTER})`, 'g'),
  read (word, start) {
    const parts = [...word.matchAll(camelPart)]
    if (parts.length > MAX_CAMEL_PARTS) return []
    return parts.map(({ 0: part, index }) => ({ word: part.toLowerCase(), start: start + index, end: start + index + part.length }))
  }
}

/** `study¹`, `mc²`, `CO₂`. */
const raised: Kind = {
  pattern: new RegExp(`${RAISED_OR_LOWERED}(?<=(?<!${LETTER})((?![0-9])(?:(?!${RAISED_OR_LOWERED})${LETTER}){1,${MAX_PART}}).)${RAISED_OR_LOWERED}*(?!${LETTER})`, 'g'),
  read: (word, start, before) => oneToken(fold(before), start, start + before.length)
}

const asciiKinds = [joined, grouped, camel]
const kinds = [...asciiKinds, raised]

/**
 * Yields the further forms of the words of a text, each with its tokens in order. Words in `known` are left out, and the
 * others are added to it.
 */
export function * otherForms (text: string, known: Set<string> | null = null): Generator<LocatedWord[], void, void> {
  for (const { pattern, read } of isAscii(text) ? asciiKinds : kinds) {
    for (const { 0: after, 1: before = '', index } of text.matchAll(pattern)) {
      const word = before + after
      if (known?.has(word)) continue
      known?.add(word)
      const form = read(word, index - before.length, before)
      if (form.length > 0) yield form
    }
  }
}

/** Returns the joined form of a word of several parts, as in `e-mail` and `1,000`. Null for any other text. */
export function joinedForm (text: string): string | null {
  for (const [form, ...more] of otherForms(text)) {
    if (more.length === 0 && form?.start === 0 && form.end === text.length) return form.word
  }
  return null
}

const token = new RegExp(`^[${SPACED_LETTERS}]{1,${MAX_TOKEN_LENGTH}}$`, 'v')

/**
 * Returns a form of one token. Returns none for a script without spaces, and for the few letters that Unicode decomposes
 * into nothing or into several words.
 */
function oneToken (word: string, start: number, end: number): LocatedWord[] {
  return token.test(word) ? [{ word, start, end }] : []
}
